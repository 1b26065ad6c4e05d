-- Attempts to settle an event. The cursor is the number of the last vote that was paid; a payment and its cursor are one commit.
CREATE TABLE settlements (
    event_id BIGINT NOT NULL, attempt BIGINT NOT NULL, result_id BIGINT, outcome TEXT NOT NULL
      CHECK (outcome IN ('settled', 'voided')), reason TEXT, option BIGINT, decided_at BIGINT NOT NULL, rake_bps BIGINT NOT NULL,
    stakes BIGINT NOT NULL, winning BIGINT NOT NULL, losing BIGINT NOT NULL, rake BIGINT NOT NULL, rounding BIGINT NOT NULL,
    paid BIGINT NOT NULL, phase TEXT NOT NULL CHECK (phase IN ('paying', 'done', 'reversing', 'reversed')),
    cursor BIGINT NOT NULL, first_transfer BIGINT, last_transfer BIGINT, ordered_by TEXT NOT NULL,
    started_at BIGINT NOT NULL, finished_at BIGINT, PRIMARY KEY (event_id, attempt));
CREATE INDEX settlements_running ON settlements (event_id) WHERE phase IN ('paying', 'reversing');
-- down
DROP TABLE settlements;

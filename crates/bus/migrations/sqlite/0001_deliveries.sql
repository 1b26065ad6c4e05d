-- Facts that a subscriber has not handled at the first try: waiting for the next one, or dead.
CREATE TABLE deliveries (
    id BIGINT PRIMARY KEY, consumer TEXT NOT NULL, event_id BIGINT NOT NULL, topic TEXT NOT NULL, kind TEXT NOT NULL,
    key BIGINT NOT NULL, occurred_at BIGINT NOT NULL, payload TEXT NOT NULL, attempts BIGINT NOT NULL,
    last_error TEXT NOT NULL, first_attempt_at BIGINT NOT NULL, last_attempt_at BIGINT NOT NULL, run_at BIGINT NOT NULL,
    dead_at BIGINT, UNIQUE (event_id, consumer));
CREATE INDEX deliveries_waiting ON deliveries (consumer, key) WHERE dead_at IS NULL;
-- down
DROP TABLE deliveries;

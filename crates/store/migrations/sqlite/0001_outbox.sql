-- Facts that leave. Appended in commit order; the cursor says how far the relay has come.
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY, event_id BIGINT NOT NULL, topic TEXT NOT NULL, kind TEXT NOT NULL, key BIGINT NOT NULL,
    occurred_at BIGINT NOT NULL, payload TEXT NOT NULL);
CREATE TABLE outbox_cursor (one INTEGER PRIMARY KEY CHECK (one = 1), seq BIGINT NOT NULL);
INSERT INTO outbox_cursor (one, seq) VALUES (1, 0);
-- down
DROP TABLE outbox_cursor;
DROP TABLE outbox;

-- Facts that leave. A lower number may commit later, so each row says whether it was published.
CREATE TABLE outbox (
    seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id BIGINT NOT NULL, topic TEXT NOT NULL, kind TEXT NOT NULL,
    key BIGINT NOT NULL, occurred_at BIGINT NOT NULL, payload TEXT NOT NULL, published BOOLEAN NOT NULL DEFAULT FALSE)
    WITH (fillfactor = 90);
CREATE INDEX outbox_unpublished ON outbox (seq) WHERE NOT published;
-- down
DROP TABLE outbox;

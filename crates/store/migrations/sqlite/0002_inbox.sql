-- What each consumer has handled.
CREATE TABLE inbox (
    event_id BIGINT NOT NULL, consumer TEXT NOT NULL, seen_at BIGINT NOT NULL, PRIMARY KEY (event_id, consumer));
-- down
DROP TABLE inbox;

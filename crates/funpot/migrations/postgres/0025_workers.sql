-- Workers that watch streams, by their last sign of life.
CREATE TABLE workers (id TEXT PRIMARY KEY, last_seen_at BIGINT NOT NULL, about TEXT NOT NULL);
-- down
DROP TABLE workers;

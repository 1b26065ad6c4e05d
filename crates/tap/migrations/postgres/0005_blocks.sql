-- Minute blocks of ticks, hashed and chained.
CREATE TABLE blocks (
    minute BIGINT PRIMARY KEY, first_seq BIGINT NOT NULL, last_seq BIGINT NOT NULL, prev_hash TEXT NOT NULL, hash TEXT NOT NULL);
-- down
DROP TABLE blocks;

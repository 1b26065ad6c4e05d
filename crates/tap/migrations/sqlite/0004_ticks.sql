-- Canonical ticks, in the order of their sequence. Never keyed by price. Kept seven days; evidence is kept for ever.
CREATE TABLE ticks (
    seq INTEGER PRIMARY KEY, ts_ms BIGINT NOT NULL, price BIGINT NOT NULL CHECK (price > 0), n_sources BIGINT NOT NULL,
    flags BIGINT NOT NULL);
CREATE INDEX ticks_by_time ON ticks (ts_ms);
-- down
DROP TABLE ticks;

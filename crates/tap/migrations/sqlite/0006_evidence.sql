-- What a column with bets was, for ever: the JSON from which its bets were decided. The id is the column's.
CREATE TABLE evidence (
    id INTEGER PRIMARY KEY, col BIGINT NOT NULL, t0_ms BIGINT NOT NULL, verdict TEXT NOT NULL CHECK (verdict IN ('valid', 'void')),
    reason TEXT, body TEXT NOT NULL, recorded_at BIGINT NOT NULL);
-- down
DROP TABLE evidence;

-- Holds in the order of their time-outs: one tree that is appended to, where there were a table and an index. By its number
-- a hold is found through its transfer, which knows the time-out.
CREATE TABLE holds_by_time (
    expires_at BIGINT NOT NULL, id BIGINT NOT NULL, debit BIGINT NOT NULL, credit BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0), PRIMARY KEY (expires_at, id)) WITHOUT ROWID;
INSERT INTO holds_by_time SELECT expires_at, id, debit, credit, amount FROM holds ORDER BY expires_at, id;
DROP TABLE holds;
ALTER TABLE holds_by_time RENAME TO holds;
-- down
CREATE TABLE holds_by_id (
    id INTEGER PRIMARY KEY, debit BIGINT NOT NULL, credit BIGINT NOT NULL, amount BIGINT NOT NULL CHECK (amount > 0),
    expires_at BIGINT NOT NULL);
INSERT INTO holds_by_id SELECT id, debit, credit, amount, expires_at FROM holds ORDER BY id;
DROP TABLE holds;
ALTER TABLE holds_by_id RENAME TO holds;
CREATE INDEX holds_due ON holds (expires_at);

-- Pending transfers that are neither posted nor voided. Time-outs of one length arrive in the order of ids, so the
-- index by time-out is appended to.
CREATE TABLE holds (
    id BIGINT PRIMARY KEY, debit BIGINT NOT NULL, credit BIGINT NOT NULL, amount BIGINT NOT NULL CHECK (amount > 0),
    expires_at BIGINT NOT NULL);
CREATE INDEX holds_due ON holds (expires_at);
-- down
DROP TABLE holds;

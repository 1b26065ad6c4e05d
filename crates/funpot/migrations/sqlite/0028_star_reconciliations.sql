-- How far Telegram's list of transactions was compared with ours, and when; one row.
CREATE TABLE star_reconciliations (id INTEGER PRIMARY KEY CHECK (id = 1), seen BIGINT NOT NULL, at BIGINT NOT NULL);
-- down
DROP TABLE star_reconciliations;

-- One receipt for each finished attempt. Its votes are read from their table again; the hash says that they are the same.
CREATE TABLE receipts (
    event_id BIGINT NOT NULL, attempt BIGINT NOT NULL, hash TEXT NOT NULL, header TEXT NOT NULL, signature TEXT NOT NULL,
    public_key TEXT NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY (event_id, attempt));
-- down
DROP TABLE receipts;

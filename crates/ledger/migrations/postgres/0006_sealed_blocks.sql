-- Sealed transfers: blocks of them, each over a Merkle root and the block before it. What was committed and waits to be sealed lies in
-- the queue: the ids of one commit, or (of a database that is older than its blocks) everything between two ids.
CREATE TABLE sealed_blocks (
    height BIGINT PRIMARY KEY, at BIGINT NOT NULL, first_id BIGINT NOT NULL, last_id BIGINT NOT NULL,
    ids BYTEA NOT NULL, root BYTEA NOT NULL, previous BYTEA NOT NULL, hash BYTEA NOT NULL);
CREATE INDEX sealed_blocks_by_last_id ON sealed_blocks (last_id);
CREATE TABLE seal_queue (seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, ids BYTEA, first_id BIGINT, last_id BIGINT);
INSERT INTO seal_queue (first_id, last_id) SELECT MIN(id), MAX(id) FROM transfers HAVING COUNT(*) > 0;
-- down
DROP TABLE seal_queue;
DROP TABLE sealed_blocks;

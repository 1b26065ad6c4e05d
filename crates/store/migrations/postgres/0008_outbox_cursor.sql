-- How far the relay has come, and the numbers that it passed while nobody could see them. No row is written again to say that it was
-- published. The lock comes first: whoever appended before has committed by then and is seen.
LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE;
CREATE TABLE outbox_cursor (one BIGINT PRIMARY KEY CHECK (one = 1), seq BIGINT NOT NULL) WITH (fillfactor = 10);
INSERT INTO outbox_cursor (one, seq) SELECT 1, COALESCE(MAX(seq), 0) FROM outbox;
CREATE TABLE outbox_gaps (
    first_seq BIGINT PRIMARY KEY, last_seq BIGINT NOT NULL, horizon BIGINT NOT NULL, CHECK (last_seq >= first_seq));
INSERT INTO outbox_gaps (first_seq, last_seq, horizon)
    SELECT MIN(seq), MAX(seq), 0 FROM
      (SELECT seq, seq - ROW_NUMBER() OVER (ORDER BY seq) AS island FROM outbox WHERE NOT published) waits GROUP BY island;
ALTER TABLE outbox DROP COLUMN published;
-- down
ALTER TABLE outbox ADD COLUMN published BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE outbox SET published = TRUE WHERE seq <= (SELECT seq FROM outbox_cursor)
    AND NOT EXISTS (SELECT 1 FROM outbox_gaps WHERE seq BETWEEN first_seq AND last_seq);
CREATE INDEX outbox_unpublished ON outbox (seq) WHERE NOT published;
DROP TABLE outbox_gaps;
DROP TABLE outbox_cursor;

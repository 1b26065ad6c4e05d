-- Bets of a column are found by a walk from its first bet to its last. An index by column had a page to write for every column that is
-- offered, in each commit; this one is appended to at one end.
ALTER TABLE columns ADD COLUMN first_bet BIGINT NOT NULL DEFAULT 0;
ALTER TABLE columns ADD COLUMN last_bet BIGINT NOT NULL DEFAULT 0;
UPDATE columns SET first_bet = (SELECT COALESCE(MIN(b.id), 0) FROM bets b WHERE b.column_id = columns.id),
  last_bet = (SELECT COALESCE(MAX(b.id), 0) FROM bets b WHERE b.column_id = columns.id)
WHERE state <> 'settled';
DROP INDEX bets_of_column;
CREATE INDEX bets_in_time ON bets (id, column_id);
-- What a column owes a player is summed from the bets on its cells, and written nowhere.
DELETE FROM locators WHERE kind = 3;
-- down
INSERT INTO locators (owner, kind, key, id)
  SELECT b.user_id, 3, b.column_id, CAST(SUM(b.payout) AS BIGINT) FROM bets b JOIN columns c ON c.id = b.column_id
  WHERE c.state <> 'settled' AND b.status = 'confirmed' GROUP BY b.user_id, b.column_id;
CREATE INDEX bets_of_column ON bets (column_id, id);
DROP INDEX bets_in_time;
ALTER TABLE columns DROP COLUMN last_bet;
ALTER TABLE columns DROP COLUMN first_bet;

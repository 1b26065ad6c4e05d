-- The numbers of a column's first bet and of its last. The index by column stays: on several nodes a bet with a smaller number may be committed
-- later, and PostgreSQL writes a page of an index once a checkpoint, not once a commit.
ALTER TABLE columns ADD COLUMN first_bet BIGINT NOT NULL DEFAULT 0;
ALTER TABLE columns ADD COLUMN last_bet BIGINT NOT NULL DEFAULT 0;
-- What a column owes a player is summed from the bets on its cells, and written nowhere.
DELETE FROM locators WHERE kind = 3;
-- down
INSERT INTO locators (owner, kind, key, id)
  SELECT b.user_id, 3, b.column_id, CAST(SUM(b.payout) AS BIGINT) FROM bets b JOIN columns c ON c.id = b.column_id
  WHERE c.state <> 'settled' AND b.status = 'confirmed' GROUP BY b.user_id, b.column_id;
ALTER TABLE columns DROP COLUMN last_bet;
ALTER TABLE columns DROP COLUMN first_bet;

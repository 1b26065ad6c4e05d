-- What the player saw and the least that was acceptable, as they were signed: a bet may be booked at a later quote than the one that
-- was seen. NULL in bets of before, which were booked at what was seen.
ALTER TABLE bets ADD COLUMN rate_seen BIGINT;
ALTER TABLE bets ADD COLUMN quote_seen BIGINT;
ALTER TABLE bets ADD COLUMN min_rate BIGINT CHECK (min_rate IS NULL OR min_rate <= rate);
-- down
ALTER TABLE bets DROP COLUMN min_rate;
ALTER TABLE bets DROP COLUMN quote_seen;
ALTER TABLE bets DROP COLUMN rate_seen;

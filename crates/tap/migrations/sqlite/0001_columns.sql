-- One row per column with bets. The id is the account that holds its stakes. `book` is what its rows owe, as JSON
-- [[low, payout, stake, bets], ...]; `reserved` is what the house has put aside for it (an account of its own).
CREATE TABLE columns (
    id INTEGER PRIMARY KEY, epoch BIGINT NOT NULL, col BIGINT NOT NULL, width_ms BIGINT NOT NULL, t0_ms BIGINT NOT NULL,
    t1_ms BIGINT NOT NULL, height BIGINT NOT NULL, rule_version BIGINT NOT NULL, state TEXT NOT NULL CHECK (state IN ('open', 'paying', 'settled')), bets BIGINT NOT NULL,
    stakes BIGINT NOT NULL, reserved BIGINT NOT NULL, book TEXT NOT NULL, due BIGINT, closed_at BIGINT, settled_at BIGINT);
CREATE INDEX columns_unsettled ON columns (t1_ms) WHERE state <> 'settled';
-- down
DROP TABLE columns;

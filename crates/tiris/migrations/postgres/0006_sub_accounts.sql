-- Slices of an exchange account. The number of a sub-account is its ledger account; what is locked lies in a second one, and
-- the contra side of all of a user's in one asset is a third.
CREATE TABLE sub_accounts (
    id BIGINT PRIMARY KEY, user_id BIGINT NOT NULL, trading_id BIGINT NOT NULL, name TEXT NOT NULL, symbol TEXT NOT NULL,
    locked_id BIGINT NOT NULL, outside_id BIGINT NOT NULL, info TEXT NOT NULL, created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL, deleted_at BIGINT);
CREATE UNIQUE INDEX sub_accounts_by_name ON sub_accounts (trading_id, name) WHERE deleted_at IS NULL;
CREATE INDEX sub_accounts_by_symbol ON sub_accounts (user_id, symbol);
-- down
DROP TABLE sub_accounts;

-- People who are known by their wallet, in lower case. Of the set "wallet", for stalls with wallets alone.
CREATE TABLE wallet_users (
    id BIGINT PRIMARY KEY,
    wallet TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);
-- down
DROP TABLE wallet_users;

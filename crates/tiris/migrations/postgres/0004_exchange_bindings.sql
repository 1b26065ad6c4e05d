-- Accounts at exchanges; without a user they are everybody's. Keys are sealed under the row's own data key, which is sealed
-- under the key of that version; a fingerprint finds the same key again without opening it.
CREATE TABLE exchange_bindings (
    id BIGINT PRIMARY KEY, user_id BIGINT, name TEXT NOT NULL, exchange TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('private', 'public')),
    status TEXT NOT NULL CHECK (status IN ('active', 'inactive', 'error')),
    data_key BYTEA, key_version BIGINT, api_key BYTEA, api_secret BYTEA, passphrase BYTEA, api_key_mask TEXT,
    api_key_fingerprint BYTEA, api_secret_fingerprint BYTEA, failure_count BIGINT NOT NULL, last_failure_at BIGINT,
    last_used_at BIGINT, validated_at BIGINT, info TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
    deleted_at BIGINT, CHECK ((user_id IS NULL) = (type = 'public')));
CREATE UNIQUE INDEX exchange_bindings_by_name ON exchange_bindings (COALESCE(user_id, 0), name) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX exchange_bindings_by_key ON exchange_bindings (user_id, api_key_fingerprint) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX exchange_bindings_by_secret ON exchange_bindings (user_id, api_secret_fingerprint)
    WHERE deleted_at IS NULL;
INSERT INTO exchange_bindings (id, user_id, name, exchange, type, status, failure_count, info, created_at, updated_at) VALUES
    (1, NULL, 'Binance', 'binance', 'public', 'active', 0, '{"description":"Public market data of Binance"}', 1704067200000000, 1704067200000000),
    (2, NULL, 'Kraken', 'kraken', 'public', 'active', 0, '{"description":"Public market data of Kraken"}', 1704067200000000, 1704067200000000),
    (3, NULL, 'Gate.io', 'gate', 'public', 'active', 0, '{"description":"Public market data of Gate.io"}', 1704067200000000, 1704067200000000),
    (4, NULL, 'Coinbase', 'coinbase', 'public', 'active', 0, '{"description":"Public market data of Coinbase"}', 1704067200000000, 1704067200000000),
    (5, NULL, 'Virtual', 'virtual', 'public', 'active', 0, '{"description":"A simulated exchange"}', 1704067200000000, 1704067200000000);
-- down
DROP TABLE exchange_bindings;

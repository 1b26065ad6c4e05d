-- One row for each session: the hash of its id, and the key that signs in it. Of the set "wallet".
-- key_bytes: the public key, or (hmac-sha256) the hash from which the server derives the secret one.
CREATE TABLE wallet_sessions (
    id_hash BYTEA PRIMARY KEY,
    user_id BIGINT NOT NULL,
    wallet TEXT NOT NULL,
    scheme TEXT NOT NULL CHECK (scheme IN ('secp256k1', 'ed25519', 'hmac-sha256')),
    key_bytes BYTEA NOT NULL,
    opened_at BIGINT NOT NULL,
    id_since BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX wallet_sessions_wallet ON wallet_sessions (wallet, opened_at);
CREATE INDEX wallet_sessions_expiry ON wallet_sessions (expires_at);
-- down
DROP TABLE wallet_sessions;

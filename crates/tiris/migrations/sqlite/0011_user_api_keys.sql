-- API keys, known by their hash alone; the key itself was shown once.
CREATE TABLE user_api_keys (
    id INTEGER PRIMARY KEY, user_id BIGINT NOT NULL, name TEXT NOT NULL, prefix TEXT NOT NULL, mask TEXT NOT NULL,
    key_hash BLOB NOT NULL, permissions TEXT NOT NULL, allowed_ips TEXT NOT NULL, is_active BOOLEAN NOT NULL,
    last_used_at BIGINT, expires_at BIGINT, replaced_by BIGINT, info TEXT NOT NULL, created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL);
CREATE UNIQUE INDEX user_api_keys_by_hash ON user_api_keys (key_hash) WHERE is_active;
CREATE INDEX user_api_keys_of_user ON user_api_keys (user_id, id);
-- down
DROP TABLE user_api_keys;

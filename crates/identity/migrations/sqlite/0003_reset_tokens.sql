-- Links to choose a new password. A row of user 0 stands for an address that nobody has.
CREATE TABLE reset_tokens (
    token_hash BLOB PRIMARY KEY,
    user_id BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX reset_tokens_user ON reset_tokens (user_id, created_at);
CREATE INDEX reset_tokens_expiry ON reset_tokens (expires_at);
-- down
DROP TABLE reset_tokens;

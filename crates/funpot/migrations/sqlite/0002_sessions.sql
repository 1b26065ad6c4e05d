-- Refresh tokens, of which the hash alone is kept. The hash of the one before tells a replayed token from a guessed one.
CREATE TABLE sessions (
    session_id TEXT PRIMARY KEY, user_id BIGINT NOT NULL, tg_user_id BIGINT NOT NULL, token_hash TEXT NOT NULL,
    expires_at BIGINT NOT NULL, created_at BIGINT NOT NULL, last_rotated_at BIGINT NOT NULL, revoked_at BIGINT, device TEXT);
CREATE INDEX sessions_of_user ON sessions (user_id, created_at);
-- down
DROP TABLE sessions;

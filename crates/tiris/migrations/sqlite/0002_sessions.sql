-- Sign-ins. A refresh token is known by its hash; one that was exchanged in the rotating mode names its successor's family.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY, user_id BIGINT NOT NULL, family BIGINT NOT NULL, refresh_hash BLOB NOT NULL UNIQUE,
    rotates BOOLEAN NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT, revoked_at BIGINT,
    user_agent TEXT NOT NULL, ip TEXT NOT NULL, info TEXT NOT NULL);
CREATE INDEX sessions_of_user ON sessions (user_id);
-- down
DROP TABLE sessions;

-- People and programs. What is optional is NULL; who was erased keeps the row, for the ledger, and nothing else.
CREATE TABLE users (
    id INTEGER PRIMARY KEY, username TEXT NOT NULL, email TEXT, email_verified BOOLEAN NOT NULL, avatar TEXT NOT NULL,
    settings TEXT NOT NULL, info TEXT NOT NULL, role TEXT NOT NULL, password_hash TEXT, token_epoch BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'disabled', 'deleted')),
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT);
CREATE UNIQUE INDEX users_by_username ON users (lower(username));
CREATE UNIQUE INDEX users_by_email ON users (lower(email)) WHERE email IS NOT NULL;
-- down
DROP TABLE users;

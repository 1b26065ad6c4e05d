-- People of Telegram, one row each; an id never changes hands. An erased one keeps its row, and nothing that names anybody.
CREATE TABLE users (
    id INTEGER PRIMARY KEY, tg_user_id BIGINT NOT NULL UNIQUE, nickname TEXT, username TEXT, first_name TEXT, last_name TEXT,
    language TEXT NOT NULL, roles TEXT NOT NULL, token_version BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'blocked', 'erased')),
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL);
-- down
DROP TABLE users;

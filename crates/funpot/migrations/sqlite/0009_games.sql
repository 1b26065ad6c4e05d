-- Games that events belong to; rules and defaults are JSON.
CREATE TABLE games (
    id INTEGER PRIMARY KEY, streamer_id BIGINT, slug TEXT NOT NULL UNIQUE, title TEXT NOT NULL, description TEXT NOT NULL,
    rules TEXT NOT NULL, defaults TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('draft', 'active', 'paused', 'closed', 'archived')),
    start_at BIGINT, end_at BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
    CHECK (end_at IS NULL OR start_at IS NULL OR end_at > start_at));
-- down
DROP TABLE games;

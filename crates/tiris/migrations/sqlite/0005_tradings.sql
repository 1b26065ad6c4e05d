-- What somebody lets a bot do on one binding. The type is kept as it was sent: paper and virtual mean the same.
CREATE TABLE tradings (
    id INTEGER PRIMARY KEY, user_id BIGINT NOT NULL, exchange_binding_id BIGINT NOT NULL, name TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('real', 'virtual', 'paper', 'backtest')),
    status TEXT NOT NULL CHECK (status IN ('active', 'inactive', 'paused')),
    info TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT);
CREATE UNIQUE INDEX tradings_by_name ON tradings (user_id, name) WHERE deleted_at IS NULL;
CREATE INDEX tradings_of_binding ON tradings (exchange_binding_id) WHERE deleted_at IS NULL;
-- down
DROP TABLE tradings;

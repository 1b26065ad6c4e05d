-- What was changed while running; what is not here has the value it was started with. A flag's key begins with flag.
CREATE TABLE config (key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at BIGINT NOT NULL, updated_by TEXT NOT NULL);
-- down
DROP TABLE config;

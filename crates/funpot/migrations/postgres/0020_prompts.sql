-- Prompts of the classifier. A version's text never changes; of one key at most one is active. 0 stands for every streamer or game.
CREATE TABLE prompts (
    id BIGINT PRIMARY KEY, scope TEXT, stage TEXT, streamer_id BIGINT NOT NULL, game_id BIGINT NOT NULL, version BIGINT NOT NULL,
    template TEXT NOT NULL, schema_version TEXT, model TEXT NOT NULL, temperature_milli BIGINT NOT NULL,
    max_tokens BIGINT NOT NULL, timeout_ms BIGINT NOT NULL, retry_count BIGINT NOT NULL, backoff_ms BIGINT NOT NULL,
    cooldown_ms BIGINT NOT NULL, min_confidence_bp BIGINT NOT NULL, is_active BOOLEAN NOT NULL, is_shadow BOOLEAN NOT NULL,
    rollout TEXT, created_by TEXT NOT NULL, activated_by TEXT, created_at BIGINT NOT NULL, activated_at BIGINT,
    CHECK ((scope IS NULL) <> (stage IS NULL)));
CREATE UNIQUE INDEX prompts_by_version ON prompts (COALESCE(scope, stage), streamer_id, game_id, version);
CREATE UNIQUE INDEX prompts_active ON prompts (COALESCE(scope, stage), streamer_id, game_id) WHERE is_active;
-- down
DROP TABLE prompts;

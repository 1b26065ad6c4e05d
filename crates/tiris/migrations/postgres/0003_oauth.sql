-- Identities at providers with their tokens, sealed; and the states of sign-ins that are under way, by their hash.
CREATE TABLE oauth_tokens (
    id BIGINT PRIMARY KEY, user_id BIGINT NOT NULL, provider TEXT NOT NULL, provider_user_id TEXT NOT NULL,
    app_id TEXT NOT NULL, union_id TEXT, data_key BYTEA, key_version BIGINT, access_token BYTEA, refresh_token BYTEA,
    scope TEXT NOT NULL, expires_at BIGINT, info TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
    deleted_at BIGINT);
CREATE UNIQUE INDEX oauth_tokens_by_identity ON oauth_tokens (provider, app_id, provider_user_id) WHERE deleted_at IS NULL;
CREATE INDEX oauth_tokens_by_union ON oauth_tokens (provider, union_id) WHERE union_id IS NOT NULL;
CREATE INDEX oauth_tokens_of_user ON oauth_tokens (user_id);
CREATE TABLE oauth_states (
    state_hash BYTEA PRIMARY KEY, provider TEXT NOT NULL, mode TEXT NOT NULL, redirect_uri TEXT NOT NULL,
    created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL);
CREATE INDEX oauth_states_by_end ON oauth_states (expires_at);
-- down
DROP TABLE oauth_states;
DROP TABLE oauth_tokens;

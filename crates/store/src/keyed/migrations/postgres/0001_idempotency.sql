-- One row per attempt of a non-hot write: running until its status is set, alive until expires_at.
CREATE TABLE idempotency (
    tenant_id    BIGINT NOT NULL,
    user_id      BIGINT NOT NULL,
    key          TEXT NOT NULL,
    request_hash BYTEA NOT NULL,
    started_at   BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL,
    status       BIGINT,
    body         BYTEA,
    PRIMARY KEY (tenant_id, user_id, key)
);
CREATE INDEX idempotency_expiry ON idempotency (expires_at);
-- down
DROP TABLE idempotency;

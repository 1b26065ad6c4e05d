-- Who may log in. An address is unique within its tenant, and among the accounts that have none.
CREATE TABLE users (
    id BIGINT PRIMARY KEY,
    tenant_id BIGINT,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT,
    avatar_url TEXT,
    role TEXT NOT NULL CHECK (role IN ('customer', 'organizer', 'admin', 'super_admin', 'service')),
    email_verified BOOLEAN NOT NULL,
    last_login_at BIGINT,
    is_active BOOLEAN NOT NULL,
    token_epoch BIGINT NOT NULL CHECK (token_epoch >= 0),
    epoch_changed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    CHECK (role NOT IN ('organizer', 'admin') OR tenant_id IS NOT NULL)
);
CREATE UNIQUE INDEX users_email ON users (COALESCE(tenant_id, 0), email_key) WHERE deleted_at IS NULL;
-- The few rows whose tokens are over before their time.
CREATE INDEX users_off ON users (id) WHERE NOT is_active OR deleted_at IS NOT NULL;
CREATE INDEX users_epoch ON users (epoch_changed_at) WHERE token_epoch > 0;
-- down
DROP TABLE users;

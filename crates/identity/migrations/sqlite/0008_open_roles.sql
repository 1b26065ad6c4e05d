-- Which roles there are, and which of them need a tenant, is each stall's own: the column takes any name.
-- SQLite cannot drop a constraint, so the table is written anew.
CREATE TABLE users_anew (
    id BIGINT PRIMARY KEY,
    tenant_id BIGINT,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT,
    avatar_url TEXT,
    role TEXT NOT NULL,
    email_verified BOOLEAN NOT NULL,
    last_login_at BIGINT,
    is_active BOOLEAN NOT NULL,
    token_epoch BIGINT NOT NULL CHECK (token_epoch >= 0),
    epoch_changed_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT
);
INSERT INTO users_anew (id, tenant_id, email, email_key, password_hash, name, phone, avatar_url, role, email_verified, last_login_at,
    is_active, token_epoch, epoch_changed_at, created_at, updated_at, deleted_at)
SELECT id, tenant_id, email, email_key, password_hash, name, phone, avatar_url, role, email_verified, last_login_at,
    is_active, token_epoch, epoch_changed_at, created_at, updated_at, deleted_at
FROM users;
DROP TABLE users;
ALTER TABLE users_anew RENAME TO users;
CREATE UNIQUE INDEX users_email ON users (COALESCE(tenant_id, 0), email_key) WHERE deleted_at IS NULL;
CREATE INDEX users_off ON users (id) WHERE NOT is_active OR deleted_at IS NOT NULL;
CREATE INDEX users_epoch ON users (epoch_changed_at) WHERE token_epoch > 0;
-- down
CREATE TABLE users_anew (
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
INSERT INTO users_anew (id, tenant_id, email, email_key, password_hash, name, phone, avatar_url, role, email_verified, last_login_at,
    is_active, token_epoch, epoch_changed_at, created_at, updated_at, deleted_at)
SELECT id, tenant_id, email, email_key, password_hash, name, phone, avatar_url, role, email_verified, last_login_at,
    is_active, token_epoch, epoch_changed_at, created_at, updated_at, deleted_at
FROM users;
DROP TABLE users;
ALTER TABLE users_anew RENAME TO users;
CREATE UNIQUE INDEX users_email ON users (COALESCE(tenant_id, 0), email_key) WHERE deleted_at IS NULL;
CREATE INDEX users_off ON users (id) WHERE NOT is_active OR deleted_at IS NOT NULL;
CREATE INDEX users_epoch ON users (epoch_changed_at) WHERE token_epoch > 0;

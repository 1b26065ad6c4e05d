-- Shops on the platform. A tenant's number is also that of its stock account on the ledger.
CREATE TABLE tenants (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, slug TEXT NOT NULL, domain TEXT, logo_url TEXT,
    settings TEXT NOT NULL, is_active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT);
CREATE UNIQUE INDEX tenants_slug ON tenants (slug) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX tenants_domain ON tenants (domain) WHERE deleted_at IS NULL;
-- down
DROP TABLE tenants;

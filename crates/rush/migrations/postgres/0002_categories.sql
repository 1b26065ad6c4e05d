-- What a tenant sorts its events by.
CREATE TABLE categories (
    id BIGINT PRIMARY KEY, tenant_id BIGINT NOT NULL, name TEXT NOT NULL, slug TEXT NOT NULL, description TEXT, icon TEXT, color TEXT,
    sort_order BIGINT NOT NULL, is_active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT);
CREATE UNIQUE INDEX categories_slug ON categories (tenant_id, slug) WHERE deleted_at IS NULL;
-- down
DROP TABLE categories;

-- Texts that an operator wrote instead of those of the program; tenant 0: the platform's. A version never changes once it was active.
CREATE TABLE mail_templates (
    tenant_id BIGINT NOT NULL, kind TEXT NOT NULL, locale TEXT NOT NULL, version BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'active', 'retired')), subject TEXT NOT NULL, body TEXT NOT NULL,
    author BIGINT NOT NULL, created_at BIGINT NOT NULL, activated_at BIGINT, PRIMARY KEY (tenant_id, kind, locale, version));
CREATE UNIQUE INDEX mail_template_active ON mail_templates (tenant_id, kind, locale) WHERE state = 'active';
-- down
DROP TABLE mail_templates;

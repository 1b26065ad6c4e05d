-- Mails to send, each written in the transaction of its cause; one for each kind and each thing it is about. `due_at` is when it may
-- be tried, and while it is being tried, until when nobody else may.
CREATE TABLE mail_messages (
    id INTEGER PRIMARY KEY, tenant_id BIGINT, user_id BIGINT, kind TEXT NOT NULL, about TEXT, recipient TEXT NOT NULL,
    locale TEXT NOT NULL, data TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'dry_run', 'failed', 'bounced')),
    is_bulk BOOLEAN NOT NULL, due_at BIGINT NOT NULL, is_paced BOOLEAN NOT NULL DEFAULT FALSE, created_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0, resends BIGINT NOT NULL DEFAULT 0, attempts_before BIGINT NOT NULL DEFAULT 0,
    sent_at BIGINT, answer TEXT, template_version BIGINT, erase_at BIGINT);
CREATE UNIQUE INDEX mail_once ON mail_messages (kind, about) WHERE about IS NOT NULL;
CREATE INDEX mail_due ON mail_messages (is_bulk, due_at) WHERE state = 'queued';
CREATE INDEX mail_to ON mail_messages (recipient, sent_at) WHERE sent_at IS NOT NULL;
CREATE INDEX mail_of_user ON mail_messages (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX mail_of_tenant ON mail_messages (tenant_id, id) WHERE tenant_id IS NOT NULL;
CREATE INDEX mail_created ON mail_messages (created_at);
CREATE INDEX mail_erase ON mail_messages (erase_at) WHERE erase_at IS NOT NULL;
-- down
DROP TABLE mail_messages;

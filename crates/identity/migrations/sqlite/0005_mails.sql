-- Mails that were written; the demo shows them on its outbox page.
CREATE TABLE mails (
    id BIGINT PRIMARY KEY,
    tenant_id BIGINT,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX mails_created ON mails (created_at);
-- down
DROP TABLE mails;

-- Who wants no more mails of a list; tenant 0: the platform's.
CREATE TABLE mail_unsubscribes (
    tenant_id BIGINT NOT NULL, list TEXT NOT NULL, recipient TEXT NOT NULL, unsubscribed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, list, recipient));
-- down
DROP TABLE mail_unsubscribes;

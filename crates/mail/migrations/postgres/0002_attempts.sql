-- Every try of a mail, written before the server is spoken to: one without an end was cut off, and its mail may have arrived.
CREATE TABLE mail_attempts (
    message_id BIGINT NOT NULL, number BIGINT NOT NULL, started_at BIGINT NOT NULL, ended_at BIGINT,
    outcome TEXT CHECK (outcome IN ('accepted', 'dry_run', 'deferred', 'in_doubt', 'bounced', 'unsendable')), answer TEXT,
    PRIMARY KEY (message_id, number));
-- down
DROP TABLE mail_attempts;

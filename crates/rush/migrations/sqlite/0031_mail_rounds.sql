-- Mails to everybody with tickets of a show or an event, a piece of the bookings at a time: `cursor` is the last booking looked at.
CREATE TABLE mail_rounds (
    kind TEXT NOT NULL, subject BIGINT NOT NULL, occasion BIGINT NOT NULL, cursor BIGINT NOT NULL, created_at BIGINT NOT NULL,
    done_at BIGINT, PRIMARY KEY (kind, subject, occasion));
CREATE INDEX mail_rounds_open ON mail_rounds (created_at) WHERE done_at IS NULL;
-- down
DROP TABLE mail_rounds;

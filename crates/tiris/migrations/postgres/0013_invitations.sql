-- Invitation codes, codes that confirm an address, and failures to sign in. Codes are known by their hash.
CREATE TABLE invitations (
    id BIGINT PRIMARY KEY, code_hash BYTEA NOT NULL UNIQUE, created_by BIGINT, used_by BIGINT, used_at BIGINT,
    expires_at BIGINT, info TEXT NOT NULL, created_at BIGINT NOT NULL);
CREATE TABLE email_verifications (
    id BIGINT PRIMARY KEY, user_id BIGINT NOT NULL, email TEXT NOT NULL, code_hash BYTEA NOT NULL,
    attempts BIGINT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT);
CREATE INDEX email_verifications_of_user ON email_verifications (user_id, id);
CREATE TABLE sign_in_failures (
    subject TEXT PRIMARY KEY, failures BIGINT NOT NULL, first_at BIGINT NOT NULL, last_at BIGINT NOT NULL, locked_until BIGINT,
    lockouts BIGINT NOT NULL);
-- down
DROP TABLE sign_in_failures;
DROP TABLE email_verifications;
DROP TABLE invitations;

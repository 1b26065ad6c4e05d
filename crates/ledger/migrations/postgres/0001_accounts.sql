-- Where units lie. The checks are the last barrier: the rules refuse first.
CREATE TABLE accounts (
    id BIGINT PRIMARY KEY, asset TEXT NOT NULL, code BIGINT NOT NULL, owner BIGINT NOT NULL, scope BIGINT NOT NULL,
    floor BIGINT, ceiling BIGINT,
    debits_pending BIGINT NOT NULL, debits_posted BIGINT NOT NULL,
    credits_pending BIGINT NOT NULL, credits_posted BIGINT NOT NULL,
    CHECK (debits_pending >= 0), CHECK (debits_posted >= 0), CHECK (credits_pending >= 0), CHECK (credits_posted >= 0),
    CHECK (floor IS NULL OR credits_posted - debits_posted - debits_pending >= floor),
    CHECK (ceiling IS NULL OR credits_posted - debits_posted + credits_pending <= ceiling)) WITH (fillfactor = 80);
-- down
DROP TABLE accounts;

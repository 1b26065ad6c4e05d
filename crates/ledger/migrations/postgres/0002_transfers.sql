-- What moved, in the order of ids; written once. Kind: 1 single, 2 pending, 3 post, 4 void.
-- No index by account: it would dirty a random page per transfer (docs/performance.md).
CREATE TABLE transfers (
    id BIGINT PRIMARY KEY, kind BIGINT NOT NULL CHECK (kind IN (1, 2, 3, 4)), debit BIGINT NOT NULL, credit BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0), pending_id BIGINT, expires_at BIGINT, code BIGINT NOT NULL,
    at BIGINT NOT NULL, debit_posted_after BIGINT NOT NULL, debit_pending_after BIGINT NOT NULL,
    credit_posted_after BIGINT NOT NULL, credit_pending_after BIGINT NOT NULL,
    CHECK (debit <> credit));
-- down
DROP TABLE transfers;

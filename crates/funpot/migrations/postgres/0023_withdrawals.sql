-- Money on its way out: the id is the pending transfer that holds it. A key is good once for ever.
CREATE TABLE withdrawals (
    id BIGINT PRIMARY KEY, user_id BIGINT NOT NULL, key TEXT NOT NULL, amount_int BIGINT NOT NULL CHECK (amount_int > 0),
    status TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'done', 'rejected')), rail TEXT, reason TEXT,
    external_ref TEXT, decided_by TEXT, transfer BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
    UNIQUE (user_id, key));
CREATE INDEX withdrawals_open ON withdrawals (id) WHERE status IN ('pending', 'processing');
-- down
DROP TABLE withdrawals;

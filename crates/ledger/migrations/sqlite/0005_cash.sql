-- Money that comes in and goes out by somebody's hand. A key is good once for ever: who repeats a request gets its row.
-- A deposit's id is its transfer, a withdrawal's its pending transfer.
CREATE TABLE deposits (
    id INTEGER PRIMARY KEY, user_id BIGINT NOT NULL, key TEXT NOT NULL UNIQUE, amount BIGINT NOT NULL CHECK (amount > 0),
    reference TEXT NOT NULL, operator TEXT NOT NULL, at BIGINT NOT NULL);
CREATE TABLE withdrawals (
    id INTEGER PRIMARY KEY, user_id BIGINT NOT NULL, key TEXT NOT NULL, amount BIGINT NOT NULL CHECK (amount > 0),
    address TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'rejected')),
    requested_at BIGINT NOT NULL, transfer BIGINT, decided_at BIGINT, operator TEXT, reason TEXT,
    CHECK ((state = 'pending') = (transfer IS NULL)), UNIQUE (user_id, key));
CREATE INDEX withdrawals_pending ON withdrawals (id) WHERE state = 'pending';
-- down
DROP TABLE withdrawals;
DROP TABLE deposits;

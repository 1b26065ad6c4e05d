-- Every change of a balance, written once, with the balance after it: a projection of the ledger's transfers, whose numbers
-- these are. A user's are numbered 1, 2, 3 … An entry whose event lies before an earlier entry's is late: it is in no order of
-- event times, so `event_balance` counts the others alone.
CREATE TABLE transactions (
    id INTEGER PRIMARY KEY, user_id BIGINT NOT NULL, seq BIGINT NOT NULL, trading_id BIGINT NOT NULL,
    sub_account_id BIGINT NOT NULL, log_id BIGINT NOT NULL, timestamp BIGINT NOT NULL, event_time BIGINT NOT NULL,
    direction TEXT NOT NULL CHECK (direction IN ('credit', 'debit')), reason TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0), closing_balance BIGINT NOT NULL CHECK (closing_balance >= 0),
    price BIGINT, quote_symbol TEXT, is_late BOOLEAN NOT NULL, event_balance BIGINT NOT NULL);
CREATE UNIQUE INDEX transactions_of_user ON transactions (user_id, seq);
CREATE INDEX transactions_of_sub_account ON transactions (sub_account_id, timestamp, id);
CREATE INDEX transactions_by_event ON transactions (sub_account_id, is_late, event_time, id);
-- down
DROP TABLE transactions;

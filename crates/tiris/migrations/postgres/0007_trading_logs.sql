-- What happened, in the order of ids; business logs are never changed and never deleted. A user's logs are numbered 1, 2, 3 …
-- without a gap but for informational ones that were deleted.
CREATE TABLE trading_logs (
    id BIGINT PRIMARY KEY, user_id BIGINT NOT NULL, seq BIGINT NOT NULL, trading_id BIGINT NOT NULL, sub_account_id BIGINT,
    transaction_id BIGINT, timestamp BIGINT NOT NULL, event_time BIGINT, type TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('manual', 'bot')), message TEXT NOT NULL, info TEXT NOT NULL,
    transactions BIGINT NOT NULL, reverses BIGINT, request_hash BIGINT NOT NULL);
CREATE UNIQUE INDEX trading_logs_of_user ON trading_logs (user_id, seq);
CREATE INDEX trading_logs_of_trading ON trading_logs (trading_id, id);
CREATE INDEX trading_logs_of_sub_account ON trading_logs (sub_account_id, id) WHERE sub_account_id IS NOT NULL;
-- down
DROP TABLE trading_logs;

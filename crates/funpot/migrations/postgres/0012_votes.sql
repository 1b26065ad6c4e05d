-- Votes in the order of their events and of their numbers there: settling and receipts read them as they lie. The id of a paid
-- vote is also its transfer. Found by (user, key) and (user, event) through locators; that a user votes once is the locator's.
CREATE TABLE votes (
    event_id BIGINT NOT NULL, seq BIGINT NOT NULL, id BIGINT NOT NULL, user_id BIGINT NOT NULL, option BIGINT NOT NULL,
    cost BIGINT NOT NULL CHECK (cost >= 0), idempotency_key TEXT NOT NULL, request_hash BIGINT NOT NULL,
    accepted_at BIGINT NOT NULL, balance_after BIGINT NOT NULL,
    outcome TEXT CHECK (outcome IN ('won', 'lost', 'refunded')), payout BIGINT, attempt BIGINT,
    PRIMARY KEY (event_id, seq));
-- down
DROP TABLE votes;

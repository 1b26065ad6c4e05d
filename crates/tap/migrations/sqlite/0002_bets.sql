-- Bets in the order of ids. The id is also the stake's transfer. Found by (user, nonce) and (user, cell) through locators.
-- The one index is for settlement: it is appended to at the end of each open column.
CREATE TABLE bets (
    id INTEGER PRIMARY KEY, user_id BIGINT NOT NULL, column_id BIGINT NOT NULL, low BIGINT NOT NULL, high BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0), rate BIGINT NOT NULL CHECK (rate >= 100),
    payout BIGINT NOT NULL CHECK (payout = amount * rate / 100), quote_seq BIGINT NOT NULL, edge_bp BIGINT NOT NULL,
    p_ppb BIGINT NOT NULL, status TEXT NOT NULL
      CHECK (status IN ('confirmed', 'won', 'lost', 'void', 'insufficient_funds')),
    nonce TEXT NOT NULL, signed_at_ms BIGINT NOT NULL, domain TEXT NOT NULL, chain_id BIGINT NOT NULL,
    scheme BIGINT NOT NULL, key BLOB NOT NULL, signature BLOB NOT NULL, request_hash BIGINT NOT NULL,
    placed_at BIGINT NOT NULL, seq BIGINT NOT NULL, balance_after BIGINT NOT NULL,
    resolved_at BIGINT, payout_amount BIGINT, payout_transfer BIGINT,
    CHECK ((status IN ('won', 'void')) = (payout_transfer IS NOT NULL)));
CREATE INDEX bets_of_column ON bets (column_id, id);
-- down
DROP TABLE bets;

-- Invoices in Telegram Stars; the rate is frozen here. The payload is what Telegram shows us again when it is paid.
CREATE TABLE payments (
    id BIGINT PRIMARY KEY, user_id BIGINT NOT NULL, provider TEXT NOT NULL, invoice_id TEXT NOT NULL UNIQUE,
    amount_int BIGINT NOT NULL CHECK (amount_int > 0), stars BIGINT NOT NULL CHECK (stars > 0), rate BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'paid', 'failed', 'expired', 'refunded')),
    payload TEXT NOT NULL, link TEXT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, expires_at BIGINT NOT NULL);
CREATE INDEX payments_of_user ON payments (user_id, id);
CREATE INDEX payments_pending ON payments (expires_at) WHERE status = 'pending';
-- down
DROP TABLE payments;

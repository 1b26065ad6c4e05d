-- The one payment of a booking, under the booking's number. Written when it is first touched; before that it is derived.
-- No card number: a token, four digits and a brand.
CREATE TABLE payments (
    id BIGINT PRIMARY KEY, tenant_id BIGINT NOT NULL, booking_id BIGINT NOT NULL CHECK (booking_id = id), user_id BIGINT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount >= 0), currency TEXT NOT NULL, method TEXT NOT NULL, gateway TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'succeeded', 'failed', 'timed_out', 'retrying',
      'cancelled', 'refund_pending', 'refunded')),
    attempt BIGINT NOT NULL CHECK (attempt BETWEEN 0 AND 3), asks BIGINT NOT NULL CHECK (asks BETWEEN 0 AND 3),
    card_token TEXT, card_last_four TEXT, card_brand TEXT, charge TEXT, initiated_at BIGINT NOT NULL,
    processed_at BIGINT, error_code TEXT, refund_reason TEXT, refunded_at BIGINT, job_id BIGINT,
    CHECK (status NOT IN ('succeeded') OR charge IS NOT NULL));
-- down
DROP TABLE payments;

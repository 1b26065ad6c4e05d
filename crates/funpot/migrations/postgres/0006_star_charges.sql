-- What Telegram charged: a charge is credited once and refunded at most once. The transfer is the credit's.
CREATE TABLE star_charges (
    charge_id TEXT PRIMARY KEY, payment_id BIGINT, user_id BIGINT, tg_user_id BIGINT NOT NULL,
    stars BIGINT NOT NULL CHECK (stars > 0), amount_int BIGINT NOT NULL, transfer BIGINT,
    paid_at BIGINT NOT NULL, refunded_at BIGINT);
CREATE INDEX star_charges_of_user ON star_charges (user_id, paid_at);
-- down
DROP TABLE star_charges;

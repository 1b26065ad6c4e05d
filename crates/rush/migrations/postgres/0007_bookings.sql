-- Reservations and what became of them, in the order of ids. The id is also the pending transfer's.
-- Found by (user, key) through locators; no index in another order (docs/performance.md).
CREATE TABLE bookings (
    id BIGINT PRIMARY KEY, tenant_id BIGINT NOT NULL, user_id BIGINT NOT NULL, event_id BIGINT NOT NULL, show_id BIGINT NOT NULL,
    zone_id BIGINT NOT NULL, quantity BIGINT NOT NULL CHECK (quantity > 0), unit_price BIGINT NOT NULL CHECK (unit_price >= 0),
    total BIGINT NOT NULL CHECK (total = unit_price * quantity), currency TEXT NOT NULL, status TEXT NOT NULL
      CHECK (status IN ('reserved', 'confirmed', 'cancelled', 'expired', 'refunded')),
    request_hash BIGINT NOT NULL, reserved_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
    status_reason TEXT, confirmed_at BIGINT, confirmation_code TEXT, payment_id BIGINT,
    acknowledged BOOLEAN NOT NULL DEFAULT FALSE, cancelled_at BIGINT,
    CHECK ((status IN ('confirmed', 'refunded')) = (confirmation_code IS NOT NULL)));
-- down
DROP TABLE bookings;

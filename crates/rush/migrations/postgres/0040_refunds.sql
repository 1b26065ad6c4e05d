-- Money back. What a purchase promised stays with its booking: the refund table and the start of the show as they were bought.
-- A refund is a row of its own; its seats and its money move on the ledger when it is approved.
ALTER TABLE bookings ADD COLUMN refund_policy TEXT;
ALTER TABLE bookings ADD COLUMN show_starts_at BIGINT;
ALTER TABLE bookings ADD COLUMN returned_quantity BIGINT NOT NULL DEFAULT 0 CHECK (returned_quantity >= 0);
ALTER TABLE payments ADD COLUMN refunded_minor BIGINT NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0);
CREATE TABLE refunds (
    id BIGINT PRIMARY KEY, tenant_id BIGINT NOT NULL, booking_id BIGINT NOT NULL, user_id BIGINT NOT NULL, event_id BIGINT NOT NULL,
    show_id BIGINT NOT NULL, zone_id BIGINT NOT NULL, quantity BIGINT NOT NULL CHECK (quantity > 0),
    amount BIGINT NOT NULL CHECK (amount >= 0), currency TEXT NOT NULL, percent BIGINT NOT NULL CHECK (percent BETWEEN 0 AND 100),
    cause TEXT NOT NULL CHECK (cause IN ('buyer', 'event_cancelled', 'show_cancelled')), reason TEXT, policy TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('requested', 'approved', 'rejected', 'processing', 'refunded', 'failed')),
    requested_by BIGINT NOT NULL, requested_at BIGINT NOT NULL, decided_by BIGINT, decided_at BIGINT, decision_note TEXT,
    processed_at BIGINT, last_error TEXT, job_id BIGINT);
CREATE UNIQUE INDEX refunds_open ON refunds (booking_id) WHERE status = 'requested';
CREATE INDEX refunds_by_booking ON refunds (booking_id, id);
CREATE INDEX refunds_by_tenant ON refunds (tenant_id, id);
CREATE INDEX refunds_by_event ON refunds (event_id, id);
CREATE TABLE cancellation_runs (
    id BIGINT PRIMARY KEY, tenant_id BIGINT NOT NULL, event_id BIGINT NOT NULL, show_id BIGINT,
    status TEXT NOT NULL CHECK (status IN ('running', 'done')), passes BIGINT NOT NULL, cursor BIGINT NOT NULL, next_at BIGINT NOT NULL,
    started_by BIGINT NOT NULL, started_at BIGINT NOT NULL, finished_at BIGINT);
CREATE INDEX cancellation_runs_running ON cancellation_runs (next_at) WHERE status = 'running';
-- down
DROP TABLE cancellation_runs;
DROP TABLE refunds;
ALTER TABLE payments DROP COLUMN refunded_minor;
ALTER TABLE bookings DROP COLUMN returned_quantity;
ALTER TABLE bookings DROP COLUMN show_starts_at;
ALTER TABLE bookings DROP COLUMN refund_policy;

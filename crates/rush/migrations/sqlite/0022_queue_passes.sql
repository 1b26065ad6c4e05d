-- The right to reserve once: given out by the waiting room, used up in the transaction that makes the booking. In the order of ids.
CREATE TABLE queue_passes (
    id INTEGER PRIMARY KEY, event_id BIGINT NOT NULL, user_id BIGINT NOT NULL, issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL CHECK (expires_at >= issued_at), booking_id BIGINT, used_at BIGINT,
    CHECK ((booking_id IS NULL) = (used_at IS NULL)));
-- down
DROP TABLE queue_passes;

-- What is known of single tickets beside their booking: a booking of three has three, and a row only once one is named, passed on
-- or used. The generation counts how often it was passed on; a code of another generation is dead.
CREATE TABLE tickets (
    booking_id BIGINT NOT NULL, seat BIGINT NOT NULL CHECK (seat > 0), tenant_id BIGINT NOT NULL, event_id BIGINT NOT NULL,
    show_id BIGINT NOT NULL, zone_id BIGINT NOT NULL, generation BIGINT NOT NULL CHECK (generation >= 0), holder_id BIGINT,
    name TEXT, check_in_id BIGINT, PRIMARY KEY (booking_id, seat));
CREATE INDEX tickets_by_holder ON tickets (holder_id, booking_id) WHERE holder_id IS NOT NULL;
-- down
DROP TABLE tickets;

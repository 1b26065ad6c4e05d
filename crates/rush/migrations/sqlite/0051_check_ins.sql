-- Who came in: one row per admission, in the order of ids. One that was undone stays, with who undid it.
CREATE TABLE check_ins (
    id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL, event_id BIGINT NOT NULL, show_id BIGINT NOT NULL, zone_id BIGINT NOT NULL,
    booking_id BIGINT NOT NULL, seat BIGINT NOT NULL, generation BIGINT NOT NULL, gate TEXT NOT NULL, gate_id BIGINT, user_id BIGINT,
    scan_key BIGINT NOT NULL, scanned_at BIGINT NOT NULL, at BIGINT NOT NULL, undone_at BIGINT, undone_by TEXT,
    CHECK ((undone_at IS NULL) = (undone_by IS NULL)));
CREATE INDEX check_ins_of_event ON check_ins (event_id, id);
-- A gate without a network admitted somebody whose ticket another gate had admitted.
CREATE TABLE check_in_conflicts (
    booking_id BIGINT NOT NULL, seat BIGINT NOT NULL, scan_key BIGINT NOT NULL, tenant_id BIGINT NOT NULL, event_id BIGINT NOT NULL,
    gate TEXT NOT NULL, scanned_at BIGINT NOT NULL, at BIGINT NOT NULL, check_in_id BIGINT NOT NULL,
    PRIMARY KEY (booking_id, seat, scan_key));
CREATE INDEX check_in_conflicts_of_event ON check_in_conflicts (event_id, at);
-- How many are inside, by zone: changed with the check-ins it counts.
CREATE TABLE door_counts (zone_id INTEGER PRIMARY KEY, event_id BIGINT NOT NULL, inside BIGINT NOT NULL CHECK (inside >= 0));
-- down
DROP TABLE door_counts;
DROP TABLE check_in_conflicts;
DROP TABLE check_ins;

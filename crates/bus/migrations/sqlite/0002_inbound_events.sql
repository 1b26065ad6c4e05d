-- Events of others: known by their publishers' names, applied once; those that wait for another try, and the dead ones.
CREATE TABLE inbound_events (
    id INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, subject TEXT NOT NULL, order_key TEXT NOT NULL,
    owner BIGINT, payload TEXT NOT NULL, payload_hash BLOB NOT NULL, source TEXT NOT NULL, trace TEXT,
    status TEXT NOT NULL CHECK (status IN ('done', 'waiting', 'dead', 'discarded')), attempts BIGINT NOT NULL,
    code TEXT, last_error TEXT, first_seen_at BIGINT NOT NULL, last_attempt_at BIGINT NOT NULL, run_at BIGINT NOT NULL);
CREATE INDEX inbound_events_waiting ON inbound_events (order_key, id) WHERE status = 'waiting';
CREATE INDEX inbound_events_dead ON inbound_events (id) WHERE status = 'dead';
CREATE INDEX inbound_events_by_time ON inbound_events (last_attempt_at);
-- How far each publisher has counted, and the numbers that never came.
CREATE TABLE inbound_publishers (publisher TEXT PRIMARY KEY, last_sequence BIGINT NOT NULL, updated_at BIGINT NOT NULL);
CREATE TABLE inbound_gaps (
    publisher TEXT NOT NULL, first_sequence BIGINT NOT NULL, last_sequence BIGINT NOT NULL, found_at BIGINT NOT NULL,
    PRIMARY KEY (publisher, first_sequence));
-- down
DROP TABLE inbound_gaps;
DROP TABLE inbound_publishers;
DROP TABLE inbound_events;

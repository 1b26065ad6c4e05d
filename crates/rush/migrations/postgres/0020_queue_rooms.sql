-- Whether an event has a waiting room, how it works, and the secret its shuffle was committed to.
CREATE TABLE queue_rooms (
    event_id BIGINT PRIMARY KEY, tenant_id BIGINT NOT NULL, mode TEXT NOT NULL CHECK (mode IN ('off', 'auto', 'on')),
    threshold BIGINT NOT NULL, batch BIGINT NOT NULL CHECK (batch > 0), interval_ms BIGINT NOT NULL CHECK (interval_ms > 0),
    concurrent_max BIGINT NOT NULL CHECK (concurrent_max > 0), pass_ttl_secs BIGINT NOT NULL CHECK (pass_ttl_secs > 0),
    size_max BIGINT NOT NULL, per_address_max BIGINT NOT NULL, work_bits BIGINT NOT NULL,
    secret BYTEA NOT NULL, crowded_at BIGINT, updated_at BIGINT NOT NULL);
-- down
DROP TABLE queue_rooms;

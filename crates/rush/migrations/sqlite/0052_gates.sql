-- Devices at the doors of an event. Of a gate's key only the hash is stored.
CREATE TABLE gates (
    id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL, event_id BIGINT NOT NULL, name TEXT NOT NULL, key_hash BLOB NOT NULL UNIQUE,
    made_by BIGINT NOT NULL, made_at BIGINT NOT NULL, ended_at BIGINT);
CREATE INDEX gates_of_event ON gates (event_id, id);
-- down
DROP TABLE gates;

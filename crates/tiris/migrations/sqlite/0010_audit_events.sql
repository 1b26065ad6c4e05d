-- Who did what; appended and never changed.
CREATE TABLE audit_events (
    id INTEGER PRIMARY KEY, timestamp BIGINT NOT NULL, level TEXT NOT NULL CHECK (level IN ('info', 'warn', 'error', 'critical')),
    action TEXT NOT NULL, user_id BIGINT, session_id BIGINT, ip_address TEXT NOT NULL, user_agent TEXT NOT NULL,
    resource TEXT NOT NULL, details TEXT NOT NULL, success BOOLEAN NOT NULL, error TEXT, duration_us BIGINT,
    request_id TEXT NOT NULL);
CREATE INDEX audit_events_of_user ON audit_events (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX audit_events_by_action ON audit_events (action, id);
-- down
DROP TABLE audit_events;

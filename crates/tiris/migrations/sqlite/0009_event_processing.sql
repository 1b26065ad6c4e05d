-- Which events of publishers were applied, and those that could not be. An event's name is the publisher's.
CREATE TABLE event_processing (
    id INTEGER PRIMARY KEY, event_id TEXT NOT NULL UNIQUE, event_type TEXT NOT NULL, subject TEXT NOT NULL,
    payload_hash BIGINT NOT NULL, user_id BIGINT, trading_id BIGINT, sub_account_id BIGINT,
    status TEXT NOT NULL CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'retrying', 'discarded')),
    attempt_count BIGINT NOT NULL CHECK (attempt_count > 0), error_message TEXT, event_data TEXT NOT NULL,
    first_seen_at BIGINT NOT NULL, processed_at BIGINT, info TEXT NOT NULL);
CREATE INDEX event_processing_failed ON event_processing (id) WHERE status = 'failed';
CREATE INDEX event_processing_by_time ON event_processing (processed_at);
-- down
DROP TABLE event_processing;

-- Where an event came from, as its worker reported it. Confidences are in basis points.
CREATE TABLE event_sources (
    event_id BIGINT PRIMARY KEY, clip_id TEXT, clip_started_at BIGINT, clip_duration_s BIGINT, llm_model TEXT,
    confidence_bp BIGINT CHECK (confidence_bp BETWEEN 0 AND 10000), prompt_versions TEXT NOT NULL, schema_version TEXT,
    raw TEXT, blind_hash TEXT);
-- down
DROP TABLE event_sources;

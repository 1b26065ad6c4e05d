-- What each stage of a cycle said.
CREATE TABLE llm_decisions (
    id INTEGER PRIMARY KEY, run_id BIGINT, streamer_id BIGINT NOT NULL, stage TEXT NOT NULL, prompt_id BIGINT, input_ref TEXT,
    raw_response TEXT, label TEXT NOT NULL, confidence_bp BIGINT NOT NULL CHECK (confidence_bp BETWEEN 0 AND 10000),
    latency_ms BIGINT, tokens_in BIGINT, tokens_out BIGINT, error_code TEXT, error_message TEXT, created_at BIGINT NOT NULL);
CREATE INDEX llm_decisions_of_streamer ON llm_decisions (streamer_id, id);
-- down
DROP TABLE llm_decisions;

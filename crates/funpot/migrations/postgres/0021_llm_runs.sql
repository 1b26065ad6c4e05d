-- Cycles of analysis of a stream.
CREATE TABLE llm_runs (
    id BIGINT PRIMARY KEY, streamer_id BIGINT NOT NULL, started_at BIGINT NOT NULL, finished_at BIGINT, source TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('running', 'completed', 'failed', 'partial')));
-- down
DROP TABLE llm_runs;

-- One cycle of analysis for a streamer and window of time, whoever asks; what could not be classified waits with its input.
ALTER TABLE llm_runs ADD COLUMN time_window BIGINT;
CREATE UNIQUE INDEX llm_runs_by_window ON llm_runs (streamer_id, time_window) WHERE time_window IS NOT NULL;
CREATE TABLE llm_dead_letters (
    id INTEGER PRIMARY KEY, run_id BIGINT NOT NULL, streamer_id BIGINT NOT NULL, stage TEXT NOT NULL, input_ref TEXT NOT NULL,
    image TEXT NOT NULL, attempts BIGINT NOT NULL, error TEXT NOT NULL, created_at BIGINT NOT NULL, replayed_at BIGINT);
CREATE INDEX llm_dead_letters_open ON llm_dead_letters (id) WHERE replayed_at IS NULL;
-- down
DROP TABLE llm_dead_letters;
DROP INDEX llm_runs_by_window;
ALTER TABLE llm_runs DROP COLUMN time_window;

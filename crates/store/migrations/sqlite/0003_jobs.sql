-- Work that waits for its time.
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, payload TEXT NOT NULL, run_at BIGINT NOT NULL, attempts BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'failed')), last_error TEXT);
CREATE INDEX jobs_due ON jobs (kind, state, run_at);
-- down
DROP TABLE jobs;

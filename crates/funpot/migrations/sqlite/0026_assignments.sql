-- Which streamer is watched by which worker. The revision grows with every change of any row, and is what a long poll resumes from.
CREATE TABLE assignments (
    streamer_id INTEGER PRIMARY KEY, worker_id TEXT, is_wanted BOOLEAN NOT NULL, revision BIGINT NOT NULL,
    updated_at BIGINT NOT NULL);
CREATE INDEX assignments_by_revision ON assignments (revision);
-- down
DROP TABLE assignments;

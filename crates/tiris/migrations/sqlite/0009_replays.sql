-- Replays of events that an operator asked for: which window, how far, and what came of it.
CREATE TABLE replays (
    id BIGINT PRIMARY KEY, asked_by BIGINT NOT NULL, from_at BIGINT NOT NULL, to_at BIGINT NOT NULL, owner BIGINT,
    event_types TEXT NOT NULL, dry_run BOOLEAN NOT NULL, status TEXT NOT NULL CHECK (status IN ('started', 'completed', 'failed')),
    read_count BIGINT NOT NULL, applied BIGINT NOT NULL, duplicates BIGINT NOT NULL, dead BIGINT NOT NULL, effects TEXT NOT NULL,
    error TEXT, created_at BIGINT NOT NULL, ended_at BIGINT);
-- down
DROP TABLE replays;

-- Channels of streamers. Names are in lower case.
CREATE TABLE streamers (
    id BIGINT PRIMARY KEY, platform TEXT NOT NULL, username TEXT NOT NULL UNIQUE, twitch_user_id TEXT,
    display_name TEXT NOT NULL, online BOOLEAN NOT NULL, viewers BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ok', 'pending', 'rejected', 'banned')), reason TEXT,
    absent_polls BIGINT NOT NULL, added_by BIGINT NOT NULL, checked_at BIGINT, created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL);
CREATE INDEX streamers_by_status ON streamers (status, id);
-- down
DROP TABLE streamers;

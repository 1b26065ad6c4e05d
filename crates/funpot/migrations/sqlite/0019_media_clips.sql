-- Clips of streams, by the worker's name of them.
CREATE TABLE media_clips (
    id INTEGER PRIMARY KEY, clip_id TEXT NOT NULL, streamer_id BIGINT NOT NULL, url TEXT NOT NULL, thumbnail_url TEXT,
    started_at BIGINT NOT NULL, duration_s BIGINT NOT NULL, source TEXT NOT NULL, ten_min_chunk BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL, UNIQUE (streamer_id, clip_id));
CREATE INDEX media_clips_of_streamer ON media_clips (streamer_id, started_at);
-- down
DROP TABLE media_clips;

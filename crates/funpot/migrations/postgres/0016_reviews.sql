-- What waits for somebody's judgement, and what was judged.
CREATE TABLE reviews (
    id BIGINT PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('event', 'result')), reason TEXT NOT NULL,
    streamer_id BIGINT NOT NULL, event_id BIGINT, result_id BIGINT, payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'rejected')), decided_by TEXT, decided_at BIGINT,
    created_at BIGINT NOT NULL);
CREATE INDEX reviews_open ON reviews (id) WHERE state = 'open';
-- down
DROP TABLE reviews;

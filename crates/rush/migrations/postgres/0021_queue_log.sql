-- What happened in each waiting room, in order and without a gap; the room in memory is what this folds to. Whoever appends
-- holds the room's head.
CREATE TABLE queue_heads (event_id BIGINT PRIMARY KEY, revision BIGINT NOT NULL, last_entry BIGINT NOT NULL);
CREATE TABLE queue_log (
    event_id BIGINT NOT NULL, revision BIGINT NOT NULL CHECK (revision > 0), id BIGINT NOT NULL, at BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('joined', 'left', 'opened', 'released', 'closed', 'reopened')),
    user_id BIGINT, number BIGINT, address BIGINT, data BYTEA, PRIMARY KEY (event_id, revision));
-- down
DROP TABLE queue_log;
DROP TABLE queue_heads;

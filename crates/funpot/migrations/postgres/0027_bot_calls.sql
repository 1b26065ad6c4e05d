-- Calls of the Bot API that are due: a reply, a refund. Tried again until done; error: it was given up.
CREATE TABLE bot_calls (
    id BIGINT PRIMARY KEY, method TEXT NOT NULL, body TEXT NOT NULL, withdrawal BIGINT, tries BIGINT NOT NULL,
    due_at BIGINT NOT NULL, created_at BIGINT NOT NULL, done_at BIGINT, error TEXT);
CREATE INDEX bot_calls_due ON bot_calls (due_at) WHERE done_at IS NULL;
-- down
DROP TABLE bot_calls;

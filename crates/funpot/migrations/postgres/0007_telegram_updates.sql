-- Updates of Telegram that had their effect.
CREATE TABLE telegram_updates (update_id BIGINT PRIMARY KEY, at BIGINT NOT NULL);
-- down
DROP TABLE telegram_updates;

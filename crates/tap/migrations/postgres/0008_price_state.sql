-- What the price engine remembers across a restart: volatility, one row each, as JSON.
CREATE TABLE price_state (name TEXT PRIMARY KEY, body TEXT NOT NULL, saved_at BIGINT NOT NULL);
-- down
DROP TABLE price_state;

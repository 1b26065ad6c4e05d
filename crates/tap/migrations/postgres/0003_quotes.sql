-- The quotes that bets were made at: what a stranger needs to compute the rate again.
CREATE TABLE quotes (
    id BIGINT PRIMARY KEY, at_ms BIGINT NOT NULL, tick_seq BIGINT NOT NULL, price BIGINT NOT NULL, sigma_ppb BIGINT NOT NULL,
    crossing TEXT NOT NULL, calibrator_version BIGINT NOT NULL, touch_grace_columns BIGINT NOT NULL);
-- down
DROP TABLE quotes;

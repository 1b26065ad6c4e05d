-- Prices of a market in steps of a timeframe, as an exchange published them; units of the eighth decimal.
CREATE TABLE candles (
    ex TEXT NOT NULL, market TEXT NOT NULL, tf TEXT NOT NULL, ts BIGINT NOT NULL, o BIGINT NOT NULL, h BIGINT NOT NULL,
    l BIGINT NOT NULL, c BIGINT NOT NULL, v BIGINT NOT NULL, is_final BOOLEAN NOT NULL, PRIMARY KEY (ex, market, tf, ts));
-- down
DROP TABLE candles;

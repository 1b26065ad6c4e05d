-- Tradings that are looked at together.
CREATE TABLE portfolios (
    id BIGINT PRIMARY KEY, user_id BIGINT NOT NULL, name TEXT NOT NULL, description TEXT NOT NULL, info TEXT NOT NULL,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL);
CREATE UNIQUE INDEX portfolios_by_name ON portfolios (user_id, name);
CREATE TABLE portfolio_tradings (
    portfolio_id BIGINT NOT NULL, trading_id BIGINT NOT NULL, added_at BIGINT NOT NULL, PRIMARY KEY (portfolio_id, trading_id));
CREATE INDEX portfolio_tradings_of_trading ON portfolio_tradings (trading_id);
-- down
DROP TABLE portfolio_tradings;
DROP TABLE portfolios;

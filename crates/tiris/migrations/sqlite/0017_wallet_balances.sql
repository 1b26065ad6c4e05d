-- What an exchange said lies in a binding's wallet, as it was last asked; units of the eighth decimal.
CREATE TABLE wallet_balances (
    binding_id BIGINT NOT NULL, asset TEXT NOT NULL, free BIGINT NOT NULL CHECK (free >= 0),
    locked BIGINT NOT NULL CHECK (locked >= 0), fetched_at BIGINT NOT NULL, PRIMARY KEY (binding_id, asset));
-- down
DROP TABLE wallet_balances;

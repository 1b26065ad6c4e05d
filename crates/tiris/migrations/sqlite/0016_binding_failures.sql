-- Since when an exchange's refusals count against a binding: its owner cleared what was before.
ALTER TABLE exchange_bindings ADD COLUMN failures_cleared_at BIGINT;
-- down
ALTER TABLE exchange_bindings DROP COLUMN failures_cleared_at;

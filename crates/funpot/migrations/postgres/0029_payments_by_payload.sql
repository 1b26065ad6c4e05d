-- An invoice is found by what Telegram shows of it.
CREATE UNIQUE INDEX payments_by_payload ON payments (payload);
-- down
DROP INDEX payments_by_payload;

-- The ledger is written once: the database itself refuses to change or forget a transfer.
CREATE TRIGGER transfers_never_change BEFORE UPDATE ON transfers
BEGIN SELECT RAISE(ABORT, 'transfers are written once'); END;
CREATE TRIGGER transfers_never_go BEFORE DELETE ON transfers
BEGIN SELECT RAISE(ABORT, 'transfers are written once'); END;
-- down
DROP TRIGGER transfers_never_go;
DROP TRIGGER transfers_never_change;

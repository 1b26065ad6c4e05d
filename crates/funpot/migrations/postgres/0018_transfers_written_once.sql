-- The ledger is written once: the database itself refuses to change or forget a transfer.
CREATE FUNCTION transfers_are_written_once() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'transfers are written once'; END $$;
CREATE TRIGGER transfers_never_change BEFORE UPDATE OR DELETE ON transfers
  FOR EACH ROW EXECUTE FUNCTION transfers_are_written_once();
-- down
DROP TRIGGER transfers_never_change ON transfers;
DROP FUNCTION transfers_are_written_once();

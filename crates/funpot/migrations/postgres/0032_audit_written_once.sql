-- The audit is written once: the database itself refuses to change or forget an act.
CREATE FUNCTION audit_is_written_once() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit is written once'; END $$;
CREATE TRIGGER audit_never_changes BEFORE UPDATE OR DELETE ON audit
  FOR EACH ROW EXECUTE FUNCTION audit_is_written_once();
-- down
DROP TRIGGER audit_never_changes ON audit;
DROP FUNCTION audit_is_written_once();

-- Every act of an operator and of money by hand; the database itself refuses to change or forget one.
CREATE TABLE audit_log (
    id BIGINT PRIMARY KEY, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL, state_before TEXT, state_after TEXT, ip TEXT,
    at BIGINT NOT NULL);
CREATE FUNCTION the_audit_log_is_written_once() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is written once'; END $$;
CREATE TRIGGER audit_log_never_changes BEFORE UPDATE OR DELETE ON audit_log
  FOR EACH ROW EXECUTE FUNCTION the_audit_log_is_written_once();
-- down
DROP TABLE audit_log;
DROP FUNCTION the_audit_log_is_written_once();

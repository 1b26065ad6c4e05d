-- Every act of an operator and of money by hand; the database itself refuses to change or forget one.
CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY, actor TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL, state_before TEXT, state_after TEXT, ip TEXT,
    at BIGINT NOT NULL);
CREATE TRIGGER audit_log_never_changes BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is written once'); END;
CREATE TRIGGER audit_log_never_goes BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'the audit log is written once'); END;
-- down
DROP TABLE audit_log;

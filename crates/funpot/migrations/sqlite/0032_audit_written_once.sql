-- The audit is written once: the database itself refuses to change or forget an act.
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is written once'); END;
CREATE TRIGGER audit_never_goes BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is written once'); END;
-- down
DROP TRIGGER audit_never_goes;
DROP TRIGGER audit_never_changes;

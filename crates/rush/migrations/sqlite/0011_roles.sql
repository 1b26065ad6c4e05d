-- The roles of this stall; its staff has a tenant. `users` is identity's table, which takes any role.
CREATE TRIGGER users_roles_insert BEFORE INSERT ON users
WHEN NEW.role NOT IN ('customer', 'organizer', 'admin', 'super_admin', 'service')
    OR (NEW.role IN ('organizer', 'admin') AND NEW.tenant_id IS NULL)
BEGIN SELECT RAISE(ABORT, 'users: not a role of this stall, or staff without a tenant'); END;
CREATE TRIGGER users_roles_update BEFORE UPDATE OF role, tenant_id ON users
WHEN NEW.role NOT IN ('customer', 'organizer', 'admin', 'super_admin', 'service')
    OR (NEW.role IN ('organizer', 'admin') AND NEW.tenant_id IS NULL)
BEGIN SELECT RAISE(ABORT, 'users: not a role of this stall, or staff without a tenant'); END;
-- down
DROP TRIGGER users_roles_insert;
DROP TRIGGER users_roles_update;

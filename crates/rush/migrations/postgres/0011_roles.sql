-- The roles of this stall; its staff has a tenant. `users` is identity's table, which takes any role.
ALTER TABLE users
    ADD CONSTRAINT users_roles CHECK (role IN ('customer', 'organizer', 'admin', 'super_admin', 'service')),
    ADD CONSTRAINT users_staff CHECK (role NOT IN ('organizer', 'admin') OR tenant_id IS NOT NULL);
-- down
ALTER TABLE users DROP CONSTRAINT users_roles, DROP CONSTRAINT users_staff;

-- Which roles there are, and which of them need a tenant, is each stall's own: the column takes any name.
ALTER TABLE users DROP CONSTRAINT users_role_check, DROP CONSTRAINT users_check;
-- down
ALTER TABLE users
    ADD CONSTRAINT users_role_check CHECK (role IN ('customer', 'organizer', 'admin', 'super_admin', 'service')),
    ADD CONSTRAINT users_check CHECK (role NOT IN ('organizer', 'admin') OR tenant_id IS NOT NULL);

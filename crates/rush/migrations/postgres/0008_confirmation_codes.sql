-- A confirmation code names one booking of a tenant. Written at confirmation only.
CREATE UNIQUE INDEX bookings_by_code ON bookings (tenant_id, confirmation_code) WHERE confirmation_code IS NOT NULL;
-- down
DROP INDEX bookings_by_code;

-- Who does a piece of timed work now.
CREATE TABLE leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, until BIGINT NOT NULL);
-- down
DROP TABLE leases;

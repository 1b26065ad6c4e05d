-- When a worker last said how a stream stands: what is older is passed over.
ALTER TABLE streamers ADD COLUMN reported_at BIGINT;
-- down
ALTER TABLE streamers DROP COLUMN reported_at;

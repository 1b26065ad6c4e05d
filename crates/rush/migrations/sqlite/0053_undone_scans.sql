-- A scan whose admission was undone lets nobody in again, however often its gate sends it.
CREATE INDEX check_ins_undone ON check_ins (booking_id) WHERE undone_at IS NOT NULL;
-- down
DROP INDEX check_ins_undone;

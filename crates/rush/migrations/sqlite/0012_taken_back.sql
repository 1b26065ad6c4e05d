-- The last attempt whose charge was taken back because the gateway never told of it: news of that charge pays for nothing any more.
ALTER TABLE payments ADD COLUMN taken_back BIGINT NOT NULL DEFAULT 0;
-- down
ALTER TABLE payments DROP COLUMN taken_back;

-- Nothing to do here: the cursor is there since the first migration. This is about how PostgreSQL remembers what was published.
SELECT 1;
-- down
SELECT 1;

-- Nothing to do here: this is about how SQLite writes locators. PostgreSQL writes a page once a checkpoint, however often it changes.
SELECT 1;
-- down
SELECT 1;

-- Nothing to do here: this is about how SQLite lays holds out. PostgreSQL keeps rows in no order, whatever the key.
SELECT 1;
-- down
SELECT 1;

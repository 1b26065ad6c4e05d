-- Row heights: each epoch is used for columns from its first on, and never changes.
CREATE TABLE epochs (id INTEGER PRIMARY KEY, width_ms BIGINT NOT NULL, height BIGINT NOT NULL, first_column BIGINT NOT NULL);
-- down
DROP TABLE epochs;

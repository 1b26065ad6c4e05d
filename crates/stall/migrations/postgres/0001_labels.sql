-- What a database is known to hold, by name: demonstration data, say, which must never be sold to real people.
CREATE TABLE labels (
    name TEXT PRIMARY KEY,
    set_at BIGINT NOT NULL
);

-- down
DROP TABLE labels;

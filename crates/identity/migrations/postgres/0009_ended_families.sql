-- Sessions that were ended before their time, until the last access token minted in one is over.
CREATE TABLE ended_families (
    family_id BIGINT PRIMARY KEY,
    ended_at BIGINT NOT NULL
);
CREATE INDEX ended_families_age ON ended_families (ended_at);
-- down
DROP TABLE ended_families;

-- Numbers that were taken, and counts of what happened.
CREATE TABLE taken (
    id BIGINT PRIMARY KEY, visitor BIGINT NOT NULL, request_hash BIGINT NOT NULL, number BIGINT NOT NULL, at BIGINT NOT NULL);
CREATE TABLE counts (what TEXT PRIMARY KEY, times BIGINT NOT NULL, node BIGINT NOT NULL);
INSERT INTO counts (what, times, node) VALUES ('greeted', 0, 0), ('inspected', 0, 0);
-- down
DROP TABLE counts;
DROP TABLE taken;

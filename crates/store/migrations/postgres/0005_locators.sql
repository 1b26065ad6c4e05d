-- One look-up tree, owner first: what belongs to one owner lies on one page. The id rides in the index.
CREATE TABLE locators (
    owner BIGINT NOT NULL, kind BIGINT NOT NULL, key BIGINT NOT NULL, id BIGINT NOT NULL,
    PRIMARY KEY (owner, kind, key) INCLUDE (id));
-- down
DROP TABLE locators;

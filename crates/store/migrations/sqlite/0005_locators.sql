-- One clustered look-up tree, owner first: what belongs to one owner lies on one page.
CREATE TABLE locators (
    owner BIGINT NOT NULL, kind BIGINT NOT NULL, key BIGINT NOT NULL, id BIGINT NOT NULL,
    PRIMARY KEY (owner, kind, key)) WITHOUT ROWID;
-- down
DROP TABLE locators;

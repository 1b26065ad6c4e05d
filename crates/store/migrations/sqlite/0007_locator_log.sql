-- The newest entries of locators in the order in which they were made; they are moved into the tree in the order of their places,
-- many to a page. No id: the entry was removed. The newest row of a place counts, and the tree where there is none.
CREATE TABLE locator_log (
    seq INTEGER PRIMARY KEY, owner BIGINT NOT NULL, kind BIGINT NOT NULL, key BIGINT NOT NULL, id BIGINT,
    replaces BOOLEAN NOT NULL);
-- down
DELETE FROM locators WHERE (owner, kind, key) IN (SELECT owner, kind, key FROM locator_log);
INSERT INTO locators (owner, kind, key, id)
  SELECT owner, kind, key, id FROM (SELECT owner, kind, key, id, MAX(seq) FROM locator_log GROUP BY owner, kind, key)
  WHERE id IS NOT NULL ORDER BY owner, kind, key;
DROP TABLE locator_log;

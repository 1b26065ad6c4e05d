-- The first of two persons' words for an act that needs both.
CREATE TABLE approvals (
    action TEXT NOT NULL, target TEXT NOT NULL, request TEXT NOT NULL, first_user BIGINT NOT NULL, at BIGINT NOT NULL,
    PRIMARY KEY (action, target));
-- down
DROP TABLE approvals;

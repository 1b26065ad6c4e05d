-- A new number for every change of the five tables above, written in the transaction of the change.
CREATE TABLE catalogue_epoch (one BIGINT PRIMARY KEY CHECK (one = 1), epoch BIGINT NOT NULL);
INSERT INTO catalogue_epoch (one, epoch) VALUES (1, 1);
-- down
DROP TABLE catalogue_epoch;

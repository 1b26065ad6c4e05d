-- Who wants to know when seats of a zone are free again, in the order in which they asked.
CREATE TABLE waitlist (
    id BIGINT PRIMARY KEY, tenant_id BIGINT NOT NULL, zone_id BIGINT NOT NULL, user_id BIGINT NOT NULL, quantity BIGINT NOT NULL,
    created_at BIGINT NOT NULL, notified_at BIGINT);
CREATE UNIQUE INDEX waitlist_once ON waitlist (zone_id, user_id) WHERE notified_at IS NULL;
CREATE INDEX waitlist_of_zone ON waitlist (zone_id, id);
CREATE INDEX waitlist_of_user ON waitlist (user_id, id);
-- down
DROP TABLE waitlist;

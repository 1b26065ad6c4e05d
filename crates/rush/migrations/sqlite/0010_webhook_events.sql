-- What gateways told, stored with its effect before it is acknowledged. The second delivery finds the first.
CREATE TABLE webhook_events (
    id INTEGER PRIMARY KEY, gateway TEXT NOT NULL, event_id TEXT NOT NULL, kind TEXT NOT NULL, tenant_id BIGINT, payment_id BIGINT,
    body TEXT NOT NULL, outcome TEXT NOT NULL, received_at BIGINT NOT NULL, UNIQUE (gateway, event_id));
-- down
DROP TABLE webhook_events;

-- Seats of one price. A zone's number is also that of its account on the ledger, which alone knows how many are free.
CREATE TABLE seat_zones (
    id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL, event_id BIGINT NOT NULL, show_id BIGINT NOT NULL,
    name TEXT NOT NULL, description TEXT, color TEXT,
    price_minor BIGINT NOT NULL CHECK (price_minor >= 0), currency TEXT NOT NULL,
    total_seats BIGINT NOT NULL CHECK (total_seats > 0),
    min_per_order BIGINT NOT NULL CHECK (min_per_order > 0), max_per_order BIGINT NOT NULL,
    is_active BOOLEAN NOT NULL, sort_order BIGINT NOT NULL, sale_start_at BIGINT, sale_end_at BIGINT,
    attributes TEXT NOT NULL,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT,
    CHECK (min_per_order <= max_per_order),
    CHECK (sale_start_at IS NULL OR sale_end_at IS NULL OR sale_start_at < sale_end_at));
CREATE INDEX seat_zones_show ON seat_zones (show_id);
-- down
DROP TABLE seat_zones;

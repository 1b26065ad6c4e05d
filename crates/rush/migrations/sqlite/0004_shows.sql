-- Performances of an event. Date and hour follow from the moment and the venue's zone; sold out, on sale and completed
-- follow from seats and time.
CREATE TABLE shows (
    id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL, event_id BIGINT NOT NULL, name TEXT,
    starts_at BIGINT NOT NULL, ends_at BIGINT, doors_open_at BIGINT, sale_start_at BIGINT, sale_end_at BIGINT,
    is_cancelled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT,
    CHECK (ends_at IS NULL OR starts_at < ends_at),
    CHECK (sale_start_at IS NULL OR sale_end_at IS NULL OR sale_start_at < sale_end_at));
CREATE INDEX shows_event ON shows (event_id);
-- down
DROP TABLE shows;

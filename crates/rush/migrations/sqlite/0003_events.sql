-- Events. What a show or zone does not say for itself is said here.
CREATE TABLE events (
    id INTEGER PRIMARY KEY, tenant_id BIGINT NOT NULL, organizer_id BIGINT NOT NULL, category_id BIGINT,
    status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'completed', 'cancelled')), published_at BIGINT,
    name TEXT NOT NULL, slug TEXT NOT NULL, description TEXT, short_description TEXT,
    poster_url TEXT, banner_url TEXT, gallery TEXT NOT NULL,
    venue_name TEXT, venue_address TEXT, city TEXT, country TEXT,
    latitude DOUBLE PRECISION, longitude DOUBLE PRECISION, timezone TEXT NOT NULL,
    max_tickets_per_user BIGINT CHECK (max_tickets_per_user BETWEEN 1 AND 20),
    booking_start_at BIGINT, booking_end_at BIGINT, booking_cutoff_secs BIGINT CHECK (booking_cutoff_secs >= 0),
    is_featured BOOLEAN NOT NULL, is_public BOOLEAN NOT NULL, meta_title TEXT, meta_description TEXT, min_age BIGINT,
    created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, deleted_at BIGINT,
    CHECK (booking_start_at IS NULL OR booking_end_at IS NULL OR booking_start_at < booking_end_at));
CREATE UNIQUE INDEX events_slug ON events (tenant_id, slug) WHERE deleted_at IS NULL;
-- down
DROP TABLE events;

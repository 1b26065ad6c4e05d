-- What is voted on. The id is also the account of its pot. Options, cost, rake and kind never change; the tallies are
-- [[votes, stakes], ...] in the order of the options and are written with every batch of votes.
CREATE TABLE events (
    id BIGINT PRIMARY KEY, streamer_id BIGINT NOT NULL, game_id BIGINT, external_id TEXT NOT NULL, title TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('prediction', 'poll')), options TEXT NOT NULL,
    cost BIGINT NOT NULL CHECK (cost >= 0), rake_bps BIGINT NOT NULL CHECK (rake_bps BETWEEN 0 AND 10000),
    blind_s BIGINT NOT NULL CHECK (blind_s >= 0), salt BYTEA NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('live', 'closed', 'cancelled')),
    settlement TEXT NOT NULL CHECK (settlement IN ('none', 'pending', 'proposed', 'settled', 'voided')),
    opens_at BIGINT NOT NULL, closes_at BIGINT NOT NULL, closed_at BIGINT, votes BIGINT NOT NULL, stakes BIGINT NOT NULL,
    tallies TEXT NOT NULL, result BIGINT, settle_at BIGINT, outcome TEXT, result_option BIGINT, decided_at BIGINT,
    created_by TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, UNIQUE (streamer_id, external_id));
CREATE INDEX events_live ON events (closes_at) WHERE state = 'live';
CREATE INDEX events_unsettled ON events (id) WHERE settlement IN ('pending', 'proposed');
CREATE INDEX events_of_streamer ON events (streamer_id, id);
-- down
DROP TABLE events;

-- What workers and people reported of an event's end. No option: it is void.
CREATE TABLE results (
    id BIGINT PRIMARY KEY, event_id BIGINT NOT NULL, option BIGINT,
    confidence_bp BIGINT NOT NULL CHECK (confidence_bp BETWEEN 0 AND 10000), decided_at BIGINT NOT NULL,
    evidence TEXT NOT NULL, prompt_versions TEXT NOT NULL, llm_model TEXT, reported_by TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'review', 'accepted', 'rejected', 'superseded')), at BIGINT NOT NULL);
CREATE INDEX results_of_event ON results (event_id, id);
-- down
DROP TABLE results;

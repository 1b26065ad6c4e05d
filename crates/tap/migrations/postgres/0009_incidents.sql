-- Every transition of the breaker, and every act of an operator on it.
CREATE TABLE incidents (
    id BIGINT PRIMARY KEY, at BIGINT NOT NULL, from_state TEXT NOT NULL, to_state TEXT NOT NULL, reason TEXT NOT NULL,
    age_ms BIGINT NOT NULL, sources BIGINT NOT NULL, actor TEXT NOT NULL);
-- down
DROP TABLE incidents;

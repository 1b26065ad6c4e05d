-- Who did what: appended with the effect, never changed, each entry hashed over the one before it. `audit_head` is the newest, and the
-- lock that puts writers in a row. The indexes end in seq, so that each filter reads its newest page.
CREATE TABLE audit (
    seq BIGINT PRIMARY KEY, at BIGINT NOT NULL, scope BIGINT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
    target TEXT NOT NULL, level TEXT NOT NULL CHECK (level IN ('info', 'warn', 'critical')), ip TEXT NOT NULL, request_id TEXT NOT NULL,
    details TEXT NOT NULL, hash BYTEA NOT NULL);
CREATE INDEX audit_by_scope ON audit (scope, seq);
CREATE INDEX audit_by_actor ON audit (actor, seq);
CREATE INDEX audit_by_action ON audit (action, seq);
CREATE INDEX audit_by_target ON audit (target, seq);
CREATE TABLE audit_head (one BIGINT PRIMARY KEY CHECK (one = 1), seq BIGINT NOT NULL, hash BYTEA NOT NULL);
INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));
-- down
DROP TABLE audit_head;
DROP TABLE audit;

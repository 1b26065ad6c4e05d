-- The latest failures to log in, for each account and each address; times in microseconds, newest last.
CREATE TABLE login_failures (
    scope TEXT PRIMARY KEY,
    times TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX login_failures_updated ON login_failures (updated_at);
-- down
DROP TABLE login_failures;

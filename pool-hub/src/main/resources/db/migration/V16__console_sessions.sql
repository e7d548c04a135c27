-- Who is signed in at the console. Neither the cookie nor the key is kept, only what proves them.
CREATE TABLE console_sessions (
    session_hash char(64) PRIMARY KEY,                 -- SHA-256 of the cookie's value
    key_hash     char(64) NOT NULL,                    -- SHA-256 of the key: a session ends when its key does
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL                  -- within a minute
);
CREATE INDEX ix_console_sessions_last_seen ON console_sessions (last_seen_at);

-- The latest jobs of a miner.
CREATE INDEX ix_job_attempts_miner ON job_attempts (miner_id, assigned_at DESC);

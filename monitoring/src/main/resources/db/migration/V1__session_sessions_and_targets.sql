-- Benchmark sessions, and what Prometheus is to scrape for them.
CREATE TABLE sessions (
    session_id         varchar(64) PRIMARY KEY,
    state              varchar(16) NOT NULL
        CHECK (state IN ('PLANNED', 'ARMING', 'RUNNING', 'SETTLING', 'COLLECTED', 'FAILED', 'STOPPED')),
    -- Why it failed.
    failure            varchar(2000),
    scrape_interval_ms bigint NOT NULL CHECK (scrape_interval_ms > 0),
    -- On every target of the session, beside session_id.
    labels             jsonb NOT NULL,
    created_at         timestamptz NOT NULL,
    stopped_at         timestamptz
);
CREATE TABLE targets (
    session_id         varchar(64) NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    job_name           varchar(128) NOT NULL,
    job_id             varchar(128) NOT NULL,
    target_type        varchar(16) NOT NULL CHECK (target_type IN ('vllm', 'qdrant', 'node', 'dcgm', 'custom')),
    metrics_path       varchar(1024) NOT NULL,
    scheme             varchar(8) NOT NULL CHECK (scheme IN ('http', 'https')),
    -- Query parameters of the scrape: name to values.
    params             jsonb NOT NULL,
    -- host:port
    targets            varchar(300)[] NOT NULL CHECK (cardinality(targets) > 0),
    scrape_interval_ms bigint NOT NULL CHECK (scrape_interval_ms > 0),
    scrape_timeout_ms  bigint NOT NULL CHECK (scrape_timeout_ms > 0 AND scrape_timeout_ms <= scrape_interval_ms),
    created_at         timestamptz NOT NULL,
    PRIMARY KEY (session_id, job_name)
);

-- Every match call and what it offered, and how the work that followed ended. Append-only, by month.
CREATE TABLE match_requests (
    id           uuid NOT NULL,
    job_id       varchar(128) NOT NULL,
    tenant_id    varchar(64),
    requirements jsonb NOT NULL DEFAULT '{}',
    hints        jsonb NOT NULL DEFAULT '{}',
    top_k        integer NOT NULL,
    candidates   integer NOT NULL,
    rejected     jsonb NOT NULL DEFAULT '{}',
    created_at   timestamptz NOT NULL,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);

CREATE TABLE match_results (
    id         uuid NOT NULL,
    request_id uuid,
    job_id     varchar(128) NOT NULL,
    miner_id   varchar(64) NOT NULL,
    rank       integer,
    score      double precision,
    explain    jsonb,
    eta_ms     double precision,
    price      numeric(20, 8),
    source     varchar(16) NOT NULL DEFAULT 'hub',
    created_at timestamptz NOT NULL,
    changed_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (miner_id, created_at, id) INCLUDE (eta_ms)
) PARTITION BY RANGE (created_at);
CREATE INDEX ix_match_results_changed ON match_results (changed_in) INCLUDE (miner_id);

-- One outcome per job and miner; a second report of it is the same fact.
CREATE TABLE job_outcomes (
    id          uuid PRIMARY KEY,
    job_id      varchar(128) NOT NULL,
    miner_id    varchar(64) NOT NULL REFERENCES miners (miner_id),
    tenant_id   varchar(64),
    outcome     varchar(16) NOT NULL CHECK (outcome IN ('completed', 'failed')),
    latency_ms  double precision,
    fail_code   varchar(64),
    gpu_count   integer,
    started_at  timestamptz,
    finished_at timestamptz,
    source      varchar(16) NOT NULL DEFAULT 'hub',
    recorded_at timestamptz NOT NULL,
    changed_in  xid8 NOT NULL DEFAULT pg_current_xact_id(),
    UNIQUE (job_id, miner_id)
);
CREATE INDEX ix_job_outcomes_miner ON job_outcomes (miner_id, recorded_at) INCLUDE (outcome);
CREATE INDEX ix_job_outcomes_changed ON job_outcomes (changed_in);
CREATE INDEX ix_job_outcomes_recorded ON job_outcomes (recorded_at);

-- Beta posterior over outcomes with decay: the pseudo-counts as of updated_at.
CREATE TABLE miner_trust (
    miner_id   varchar(64) PRIMARY KEY REFERENCES miners (miner_id) ON DELETE CASCADE,
    successes  double precision NOT NULL DEFAULT 0,
    failures   double precision NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL
);

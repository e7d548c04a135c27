-- Jobs, from their submission to their end.
CREATE TABLE jobs (
    job_id             varchar(128) PRIMARY KEY,
    tenant_id          varchar(64) NOT NULL,
    gpu_count          integer NOT NULL CHECK (gpu_count BETWEEN 1 AND 1024),
    min_vram_gb        double precision NOT NULL DEFAULT 0,
    gpu_name           varchar(128),
    region             varchar(64),
    capabilities       text[] NOT NULL DEFAULT '{}',
    max_price          numeric(20, 8),
    priority           integer NOT NULL CHECK (priority BETWEEN 0 AND 100),
    preemptible        boolean NOT NULL,
    max_duration_s     integer NOT NULL CHECK (max_duration_s > 0),
    expected_s         integer NOT NULL CHECK (expected_s > 0),
    max_attempts       integer NOT NULL CHECK (max_attempts > 0),
    spec               jsonb NOT NULL DEFAULT '{}',
    digest             varchar(64) NOT NULL,
    state              varchar(16) NOT NULL
                       CHECK (state IN ('QUEUED', 'ASSIGNED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    attempt            integer NOT NULL DEFAULT 0,
    lost               integer NOT NULL DEFAULT 0,
    failures           integer NOT NULL DEFAULT 0,
    submitted_at       timestamptz NOT NULL,
    queued_at          timestamptz NOT NULL,
    waited_ms          bigint NOT NULL DEFAULT 0,
    first_started_at   timestamptz,
    finished_at        timestamptz,
    progress_s         double precision NOT NULL DEFAULT 0,
    cancel_requested   boolean NOT NULL DEFAULT false,
    fail_code          varchar(64),
    cause              varchar(500),
    result             jsonb,
    traceparent        varchar(64),
    submitted_by       varchar(128) NOT NULL
);
CREATE INDEX ix_jobs_active ON jobs (state) WHERE state IN ('QUEUED', 'ASSIGNED', 'RUNNING');
CREATE INDEX ix_jobs_tenant ON jobs (tenant_id, submitted_at DESC, job_id);
CREATE INDEX ix_jobs_submitted ON jobs (submitted_at DESC, job_id);

-- A job on a miner, once.
CREATE TABLE job_attempts (
    job_id          varchar(128) NOT NULL REFERENCES jobs (job_id),
    attempt         integer NOT NULL,
    miner_id        varchar(64) NOT NULL,
    gpu_uuids       text[] NOT NULL,
    state           varchar(16) NOT NULL CHECK (state IN ('ASSIGNED', 'RUNNING', 'ENDED')),
    assigned_at     timestamptz NOT NULL,
    lease_until     timestamptz NOT NULL,
    started_at      timestamptz,
    ended_at        timestamptz,
    billed_through  timestamptz,
    outcome         varchar(16) CHECK (outcome IN ('COMPLETED', 'FAILED', 'STOPPED', 'CANCELLED', 'LOST', 'EXPIRED')),
    stop_requested  timestamptz,
    stopping_for    varchar(128),
    cause           varchar(500),
    PRIMARY KEY (job_id, attempt)
);
CREATE INDEX ix_job_attempts_active ON job_attempts (miner_id) WHERE state <> 'ENDED';
CREATE INDEX ix_job_attempts_ended ON job_attempts (ended_at, miner_id);

-- What miners said of a job. The same said again is the same.
CREATE TABLE job_events (
    job_id      varchar(128) NOT NULL,
    attempt     integer NOT NULL,
    type        varchar(16) NOT NULL,
    at          timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    miner_id    varchar(64) NOT NULL,
    detail      jsonb,
    PRIMARY KEY (job_id, attempt, type)
);

-- GPUs that are kept for a job until it can start.
CREATE TABLE job_claims (
    job_id    varchar(128) PRIMARY KEY REFERENCES jobs (job_id),
    gpu_uuids text[] NOT NULL
);

-- One pass over the queue at a time.
CREATE TABLE job_dispatch (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    passes   bigint NOT NULL DEFAULT 0
);
INSERT INTO job_dispatch DEFAULT VALUES;

-- Which attempt a miner is to stop.
ALTER TABLE miner_commands ADD COLUMN attempt integer;

-- A job may end on the same miner more than once.
ALTER TABLE job_outcomes ADD COLUMN attempt integer NOT NULL DEFAULT 1;
ALTER TABLE job_outcomes DROP CONSTRAINT job_outcomes_job_id_miner_id_key;
ALTER TABLE job_outcomes ADD CONSTRAINT job_outcomes_once UNIQUE (job_id, miner_id, attempt);

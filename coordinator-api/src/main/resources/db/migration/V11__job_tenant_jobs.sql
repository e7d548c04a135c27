-- Jobs of tenants, from their submission to their end. The pool and the ledger know a job by its pool_job_id, so that two tenants
-- may use the same name.
CREATE TABLE tenant_jobs (
    pool_job_id         uuid PRIMARY KEY,
    tenant_id           varchar(64) NOT NULL REFERENCES tenants (tenant_id),
    job_id              varchar(128) NOT NULL,
    idempotency_key     varchar(128),
    digest              varchar(64) NOT NULL,
    -- As the pool-hub gets it, each time to the last byte the same.
    body                text NOT NULL,
    gpu_count           integer NOT NULL CHECK (gpu_count > 0),
    max_duration_s      integer NOT NULL CHECK (max_duration_s > 0),
    state               varchar(16) NOT NULL CHECK (state IN ('SUBMITTED', 'QUEUED', 'ASSIGNED', 'RUNNING', 'COMPLETED', 'FAILED',
                                                              'CANCELLED', 'REJECTED')),
    -- Of the latest news that were applied.
    revision            bigint NOT NULL DEFAULT 0,
    attempt             integer NOT NULL DEFAULT 0,
    miner_id            varchar(64),
    fail_code           varchar(64),
    cause               varchar(1000),
    used                jsonb,
    traceparent         varchar(64) NOT NULL,
    submitted_by        varchar(128) NOT NULL,
    submitted_at        timestamptz NOT NULL,
    placed_at           timestamptz,
    started_at          timestamptz,
    finished_at         timestamptz,
    cancel_requested_at timestamptz,
    cancel_reason       varchar(400),
    -- When the pool-hub is to be told of the job, or of its cancellation; null when there is nothing to tell. A lease, by the
    -- database's clock, keeps others from telling the same at the same time.
    due_at              timestamptz,
    lease               uuid,
    leased_until        timestamptz,
    tries               integer NOT NULL DEFAULT 0,
    -- The pool-hub may have got it, though it did not say so.
    maybe_there         boolean NOT NULL DEFAULT false,
    last_error          varchar(500),
    UNIQUE (tenant_id, job_id),
    UNIQUE (tenant_id, idempotency_key)
);
CREATE INDEX ix_tenant_jobs_tenant ON tenant_jobs (tenant_id, pool_job_id DESC);
CREATE INDEX ix_tenant_jobs_name ON tenant_jobs (job_id);
CREATE INDEX ix_tenant_jobs_due ON tenant_jobs (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ix_tenant_jobs_waiting ON tenant_jobs (state) WHERE state IN ('SUBMITTED', 'QUEUED');

GRANT SELECT ON tenant_jobs TO coordinator_tenant;
ALTER TABLE tenant_jobs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_rows ON tenant_jobs FOR SELECT TO coordinator_tenant
    USING (tenant_id = current_setting('app.tenant', true));

-- What pool-hubs told of jobs: each news once, for ever.
CREATE TABLE job_events (
    source      varchar(64) NOT NULL,
    event_id    uuid NOT NULL,
    pool_job_id uuid NOT NULL REFERENCES tenant_jobs (pool_job_id),
    revision    bigint NOT NULL,
    state       varchar(16) NOT NULL,
    attempt     integer NOT NULL,
    at          timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (source, event_id)
);
CREATE INDEX ix_job_events_job ON job_events (pool_job_id, revision);

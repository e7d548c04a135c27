-- Usage that this hub owes to the coordinator. Nothing is dropped before it is acknowledged.
CREATE TABLE usage_events (
    event_id        uuid NOT NULL,
    tenant_id       varchar(64) NOT NULL,
    miner_id        varchar(64),
    job_id          varchar(128),
    resource_type   varchar(32) NOT NULL,
    quantity        numeric(20, 8) NOT NULL CHECK (quantity >= 0),
    unit_price      numeric(20, 8),
    occurred_at     timestamptz NOT NULL,
    period_start    timestamptz,
    period_end      timestamptz,
    metadata        jsonb NOT NULL DEFAULT '{}',
    source          varchar(16) NOT NULL DEFAULT 'hub',
    state           varchar(16) NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'ACKNOWLEDGED', 'PARKED', 'NOT_BILLED')),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL DEFAULT '-infinity',
    last_error      text,
    recorded_at     timestamptz NOT NULL DEFAULT now(),
    acknowledged_at timestamptz,
    PRIMARY KEY (tenant_id, occurred_at, event_id)
) PARTITION BY RANGE (occurred_at);
CREATE INDEX ix_usage_events_due ON usage_events (next_attempt_at, occurred_at) WHERE state = 'PENDING';
CREATE INDEX ix_usage_events_parked ON usage_events (occurred_at) WHERE state = 'PARKED';
CREATE INDEX ix_usage_events_miner ON usage_events (miner_id, occurred_at);

-- A table partitioned by time cannot hold an id unique across months: this one does, in the same transaction.
CREATE TABLE usage_event_ids (
    event_id    uuid PRIMARY KEY,
    occurred_at timestamptz NOT NULL
);

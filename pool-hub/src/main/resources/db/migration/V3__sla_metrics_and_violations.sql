-- What was measured. miner_id is null for the metric of the whole pool. No foreign key: rows come from
-- INSERT ... SELECT over miners, and a removed miner's history outlives it.
CREATE TABLE sla_metrics (
    id           uuid NOT NULL,
    miner_id     varchar(64),
    metric_type  varchar(32) NOT NULL,
    metric_value double precision NOT NULL,
    threshold    double precision NOT NULL,
    is_violation boolean NOT NULL DEFAULT false,
    timestamp    timestamptz NOT NULL DEFAULT now(),
    metadata     jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (id, timestamp)
) PARTITION BY RANGE (timestamp);
CREATE INDEX ix_sla_metrics_miner_id ON sla_metrics (miner_id, timestamp);
CREATE INDEX ix_sla_metrics_timestamp ON sla_metrics USING brin (timestamp);
CREATE INDEX ix_sla_metrics_metric_type ON sla_metrics USING brin (metric_type, timestamp);

-- The latest value of each series: what the collection compares with, what Prometheus and lists read.
CREATE TABLE sla_current (
    miner_id     varchar(64) NOT NULL,                -- '' for the pool
    metric_type  varchar(32) NOT NULL,
    metric_value double precision NOT NULL,
    threshold    double precision NOT NULL,
    is_violation boolean NOT NULL,
    severity     varchar(16),
    metric_id    uuid NOT NULL,                        -- the row of sla_metrics that states it
    recorded_at  timestamptz NOT NULL,                 -- when that row was written
    metadata     jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (miner_id, metric_type)
) WITH (fillfactor = 70);

-- One row per episode, not per sample.
CREATE TABLE sla_violations (
    id                    uuid PRIMARY KEY,
    miner_id              varchar(64) REFERENCES miners (miner_id) ON DELETE CASCADE,
    violation_type        varchar(32) NOT NULL,
    severity              varchar(16) NOT NULL,
    metric_value          double precision NOT NULL,   -- the worst value of the episode
    threshold             double precision NOT NULL,
    violation_duration_ms bigint,
    resolved_at           timestamptz,
    created_at            timestamptz NOT NULL DEFAULT now(),
    status                varchar(16) NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'RESOLVED', 'EXCUSED')),
    excused_at            timestamptz,
    excused_by            varchar(128),
    excuse_reason         text,
    metadata              jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX ix_sla_violations_miner_id ON sla_violations (miner_id);
CREATE INDEX ix_sla_violations_created_at ON sla_violations (created_at);
CREATE INDEX ix_sla_violations_severity ON sla_violations (severity);
CREATE UNIQUE INDEX ux_sla_violations_one_open ON sla_violations (coalesce(miner_id, ''), violation_type) WHERE resolved_at IS NULL;

-- Where the last collection stood, per source: everything of transactions from this id on is looked at again.
CREATE TABLE sla_watermarks (
    source       varchar(32) PRIMARY KEY,
    seen_xid     xid8 NOT NULL,
    collected_at timestamptz NOT NULL
);

CREATE TABLE sla_metrics_hourly (
    miner_id    varchar(64) NOT NULL DEFAULT '',
    metric_type varchar(32) NOT NULL,
    hour        timestamptz NOT NULL,
    minimum     double precision NOT NULL,
    maximum     double precision NOT NULL,
    mean        double precision NOT NULL,
    samples     integer NOT NULL,
    PRIMARY KEY (miner_id, metric_type, hour)
) PARTITION BY RANGE (hour);

-- A UUID of version 7 (RFC 9562): time first, so that indexes grow at one end.
CREATE FUNCTION uuid_v7(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    PLACING substring(int8send((extract(epoch FROM at) * 1000)::bigint) FROM 3) FROM 1 FOR 6), 52, 1), 53, 1), 'hex')::uuid
$$;

INSERT INTO sla_watermarks (source, seen_xid, collected_at) VALUES ('collection', '0', '-infinity');

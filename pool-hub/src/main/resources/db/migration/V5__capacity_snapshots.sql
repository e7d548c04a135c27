CREATE TABLE capacity_snapshots (
    id                       uuid PRIMARY KEY,
    total_miners             integer NOT NULL,
    active_miners            integer NOT NULL,
    total_parallel_capacity  integer NOT NULL,
    total_queue_length       integer NOT NULL,
    capacity_utilization_pct double precision NOT NULL,
    forecast_capacity        integer NOT NULL,
    recommended_scaling      varchar(32) NOT NULL,
    scaling_reason           text,
    timestamp                timestamptz NOT NULL DEFAULT now(),
    metadata                 jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX ix_capacity_snapshots_timestamp ON capacity_snapshots (timestamp);

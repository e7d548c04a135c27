-- What each pool said of itself; the same snapshot twice is one row.
CREATE TABLE capacity_snapshots (
    pool_id                  varchar(64) NOT NULL,
    id                       uuid NOT NULL,
    total_miners             integer NOT NULL,
    active_miners            integer NOT NULL,
    total_parallel_capacity  integer NOT NULL,
    total_queue_length       integer NOT NULL,
    capacity_utilization_pct double precision NOT NULL,
    forecast_capacity        integer,
    recommended_scaling      varchar(32),
    scaling_reason           text,
    timestamp                timestamptz NOT NULL,
    metadata                 jsonb NOT NULL DEFAULT '{}',
    received_at              timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (pool_id, id)
);
CREATE INDEX ix_capacity_snapshots_timestamp ON capacity_snapshots (timestamp);

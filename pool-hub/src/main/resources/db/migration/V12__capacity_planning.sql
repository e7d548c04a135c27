-- A forecast that could not be made leaves no figure. Snapshots wait here until the coordinator has them.
ALTER TABLE capacity_snapshots
    ALTER COLUMN forecast_capacity DROP NOT NULL,
    ALTER COLUMN recommended_scaling DROP NOT NULL,
    ADD COLUMN pushed_at timestamptz,
    ADD COLUMN push_error varchar(500);
CREATE INDEX ix_capacity_snapshots_to_push ON capacity_snapshots (timestamp) WHERE pushed_at IS NULL;

-- When somebody wants to be told, and the times when he had to be.
CREATE TABLE capacity_alert_settings (
    only_row           boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    threshold_pct      double precision NOT NULL,
    notification_email varchar(254),
    updated_at         timestamptz NOT NULL,
    updated_by         varchar(128) NOT NULL
);
CREATE TABLE capacity_alert_episodes (
    id                 uuid PRIMARY KEY,
    pool_id            varchar(64) NOT NULL,
    threshold_pct      double precision NOT NULL,
    opened_at          timestamptz NOT NULL,
    opened_pct         double precision NOT NULL,
    peak_pct           double precision NOT NULL,
    calm               integer NOT NULL DEFAULT 0,
    resolved_at        timestamptz,
    notification_email varchar(254),
    opening_told_at    timestamptz,
    resolution_told_at timestamptz,
    tell_error         varchar(500),
    tell_again_at      timestamptz
);
CREATE UNIQUE INDEX ux_capacity_alert_episodes_open ON capacity_alert_episodes ((true)) WHERE resolved_at IS NULL;
CREATE INDEX ix_capacity_alert_episodes_opened ON capacity_alert_episodes (opened_at DESC, id);

-- What was imported before counts as well.
INSERT INTO capacity_hours (pool_id, gpu_class, hour, samples, classed, demand)
SELECT 'this', '', date_trunc('hour', timestamp, 'UTC'), count(*), 0,
       sum(total_parallel_capacity * least(100, greatest(0, capacity_utilization_pct)) / 100 + greatest(0, total_queue_length))
FROM capacity_snapshots GROUP BY 3;

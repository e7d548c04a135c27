-- Demand by hour, in slots; the class '' is all of a pool. Each row is a sum over so many samples; classed: over how many of
-- them that told classes apart.
CREATE TABLE capacity_hours (
    pool_id   varchar(64) NOT NULL,
    gpu_class varchar(128) NOT NULL,
    hour      timestamptz NOT NULL,
    samples   integer NOT NULL,
    classed   integer NOT NULL,
    demand    double precision NOT NULL,
    PRIMARY KEY (pool_id, gpu_class, hour)
);
CREATE INDEX ix_capacity_hours_class ON capacity_hours (gpu_class, hour);

-- The last word of each pool, by class.
CREATE TABLE capacity_standing (
    pool_id       varchar(64) NOT NULL,
    gpu_class     varchar(128) NOT NULL,
    at            timestamptz NOT NULL,
    running       double precision NOT NULL,
    queued        double precision NOT NULL,
    capacity      double precision NOT NULL,
    miners        integer NOT NULL,
    largest_miner double precision NOT NULL,
    typical_miner double precision NOT NULL,
    PRIMARY KEY (pool_id, gpu_class)
);

-- What was recommended, and what became of it. '' is every pool, or every class.
CREATE TABLE capacity_recommendations (
    id            uuid PRIMARY KEY,
    pool_id       varchar(64) NOT NULL,
    gpu_class     varchar(128) NOT NULL,
    action        varchar(16) NOT NULL CHECK (action IN ('ADD_MINERS', 'REMOVE_MINERS')),
    miners        integer NOT NULL,
    slots         double precision NOT NULL,
    capacity      double precision NOT NULL,
    largest_miner double precision NOT NULL,
    needed        double precision NOT NULL,
    p95_demand    double precision NOT NULL,
    priority      varchar(16) NOT NULL,
    reason        text NOT NULL,
    made_at       timestamptz NOT NULL,
    last_made_at  timestamptz NOT NULL,
    window_from   timestamptz NOT NULL,
    window_to     timestamptz NOT NULL,
    closed_at     timestamptz,
    scored_at     timestamptz,
    peak_demand   double precision,
    proved        boolean
);
CREATE UNIQUE INDEX ux_capacity_recommendations_open ON capacity_recommendations (pool_id, gpu_class) WHERE closed_at IS NULL;
CREATE INDEX ix_capacity_recommendations_due ON capacity_recommendations (pool_id, window_to) WHERE scored_at IS NULL;

-- What GPUs say, as it came: append-only, by month. A signal that was not given is NULL.
CREATE TABLE gpu_samples (
    gpu_uuid                            varchar(80) NOT NULL,
    miner_id                            varchar(64) NOT NULL,
    at                                  timestamptz NOT NULL,
    model                               varchar(128),
    driver                              varchar(64),
    gpu_index                           integer,
    pci_bus_id                          varchar(64),
    temperature_celsius                 double precision,
    memory_temperature_celsius          double precision,
    temperature_margin_celsius          double precision,
    power_watts                         double precision,
    power_limit_watts                   double precision,
    utilization_percent                 double precision,
    memory_used_mb                      double precision,
    memory_total_mb                     double precision,
    sm_clock_mhz                        double precision,
    ecc_corrected_total                 double precision,
    ecc_uncorrected_total               double precision,
    xid                                 double precision,
    remapped_rows_correctable           double precision,
    remapped_rows_uncorrectable         double precision,
    row_remap_pending                   double precision,
    row_remap_failure                   double precision,
    pcie_replays_total                  double precision,
    nvlink_errors_total                 double precision,
    energy_millijoules_total            double precision,
    power_violation_microseconds_total  double precision,
    thermal_violation_microseconds_total double precision,
    throttle_mask                       integer,
    recovery_action                     varchar(24),
    changed_in                          xid8 NOT NULL DEFAULT pg_current_xact_id()
) PARTITION BY RANGE (at);
CREATE INDEX ix_gpu_samples_gpu ON gpu_samples (gpu_uuid, at);
CREATE INDEX ix_gpu_samples_changed ON gpu_samples (changed_in);

-- XIDs that miners told with what they know of them. Told twice they are one.
CREATE TABLE gpu_xid_events (
    gpu_uuid   varchar(80) NOT NULL,
    at         timestamptz NOT NULL,
    xid        integer NOT NULL,
    miner_id   varchar(64) NOT NULL,
    job_id     varchar(128),
    changed_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (gpu_uuid, at, xid)
);
CREATE INDEX ix_gpu_xid_events_changed ON gpu_xid_events (changed_in);
CREATE INDEX ix_gpu_xid_events_at ON gpu_xid_events (at);

-- What miners are told to do, in the replies to their heartbeats, until they answer.
CREATE TABLE miner_commands (
    command_id        uuid PRIMARY KEY,
    miner_id          varchar(64) NOT NULL,
    type              varchar(16) NOT NULL CHECK (type IN ('throttle', 'unthrottle', 'stop_job', 'drain', 'undrain')),
    gpu_uuid          varchar(80),
    job_id            varchar(128),
    power_limit_watts integer,
    reason            varchar(500) NOT NULL,
    created_at        timestamptz NOT NULL,
    state             varchar(16) NOT NULL DEFAULT 'PENDING'
                      CHECK (state IN ('PENDING', 'DONE', 'FAILED', 'REFUSED', 'WITHDRAWN')),
    detail            varchar(500),
    answered_at       timestamptz
);
CREATE INDEX ix_miner_commands_pending ON miner_commands (miner_id) WHERE state = 'PENDING';
CREATE INDEX ix_miner_commands_gpu ON miner_commands (gpu_uuid, created_at DESC);

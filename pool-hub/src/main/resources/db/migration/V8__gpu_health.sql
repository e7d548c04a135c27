-- GPUs as their telemetry shows them, and what is done about them.
CREATE TABLE gpus (
    gpu_uuid                 varchar(80) PRIMARY KEY,
    miner_id                 varchar(64) NOT NULL,
    model                    varchar(128),
    driver                   varchar(64),
    gpu_index                integer,
    pci_bus_id               varchar(64),
    first_seen_at            timestamptz NOT NULL,
    last_sample_at           timestamptz NOT NULL,
    state                    varchar(16) NOT NULL DEFAULT 'HEALTHY' CHECK (state IN
                             ('HEALTHY', 'DEGRADED', 'THROTTLED', 'DRAINING', 'QUARANTINED', 'VALIDATING', 'PROBATION')),
    state_since              timestamptz NOT NULL,
    state_cause              varchar(500) NOT NULL DEFAULT 'first seen',
    by_operator              boolean NOT NULL DEFAULT false
);
CREATE INDEX ix_gpus_miner ON gpus (miner_id);
CREATE INDEX ix_gpus_state ON gpus (state) WHERE state <> 'HEALTHY';

-- One open alert per GPU and rule.
CREATE TABLE gpu_alerts (
    alert_id        uuid PRIMARY KEY,
    gpu_uuid        varchar(80) NOT NULL,
    miner_id        varchar(64) NOT NULL,
    rule            varchar(64) NOT NULL,
    severity        varchar(16) NOT NULL,
    action          varchar(16) NOT NULL,
    shadow          boolean NOT NULL,
    since           timestamptz NOT NULL,
    fired_at        timestamptz NOT NULL,
    last_at         timestamptz NOT NULL,
    resolved_at     timestamptz,
    worst           double precision,
    flaps           integer NOT NULL,
    escalated_to    varchar(64),
    overridden      boolean NOT NULL DEFAULT false,
    acknowledged_by varchar(128),
    acknowledged_at timestamptz
);
CREATE UNIQUE INDEX ux_gpu_alerts_open ON gpu_alerts (gpu_uuid, rule) WHERE resolved_at IS NULL;
CREATE INDEX ix_gpu_alerts_gpu ON gpu_alerts (gpu_uuid, fired_at DESC);
CREATE INDEX ix_gpu_alerts_fired ON gpu_alerts (fired_at DESC);

-- Every step of every GPU with its cause. Append-only.
CREATE TABLE gpu_transitions (
    id         uuid PRIMARY KEY,
    gpu_uuid   varchar(80) NOT NULL,
    miner_id   varchar(64) NOT NULL,
    at         timestamptz NOT NULL,
    from_state varchar(16) NOT NULL,
    to_state   varchar(16) NOT NULL,
    trigger    varchar(32) NOT NULL,
    cause      varchar(500) NOT NULL,
    actor      varchar(128) NOT NULL
);
CREATE INDEX ix_gpu_transitions_gpu ON gpu_transitions (gpu_uuid, at DESC);
CREATE INDEX ix_gpu_transitions_quarantine ON gpu_transitions (at) WHERE to_state = 'QUARANTINED';

-- What the monitor knows of GPUs of which more is known than their last sample says.
CREATE TABLE gpu_health_states (
    gpu_uuid varchar(80) PRIMARY KEY,
    state    jsonb NOT NULL
);

-- Alert rules as operators put them in force; the newest counts. None: those that come with the library.
CREATE TABLE gpu_rule_sets (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    yaml       text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by varchar(128) NOT NULL
);

-- What the circuit breaker holds up now.
CREATE TABLE gpu_breaker_trips (
    group_name varchar(200) PRIMARY KEY,
    since      timestamptz NOT NULL,
    allowed    integer NOT NULL,
    size       integer NOT NULL,
    held       text[] NOT NULL
);

-- Up to which transaction samples are judged, and by whom: whoever did not do so last has to read what was kept.
CREATE TABLE gpu_sweep (
    only_row         boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    seen_xid         xid8 NOT NULL,
    swept_at         timestamptz NOT NULL,
    sweeps           bigint NOT NULL,
    breaker_reset_at timestamptz
);
INSERT INTO gpu_sweep (seen_xid, swept_at, sweeps) VALUES ('0', '-infinity', 0);

-- GPUs of a miner that may get no work.
ALTER TABLE miner_status ADD COLUMN gpus_out integer NOT NULL DEFAULT 0;

-- Who the miners are, what they last said, and the one truth about who was up when.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE miners (
    miner_id       varchar(64) PRIMARY KEY,
    api_key_hash   char(64) NOT NULL UNIQUE,          -- lower-case hex SHA-256
    enrollment     varchar(16) NOT NULL CHECK (enrollment IN ('PENDING', 'APPROVED', 'DRAINING', 'REMOVED')),
    addr           varchar(255),
    proto          varchar(16),
    gpu_name       varchar(128),
    gpu_vram_gb    numeric(12, 3),
    gpu_count      integer NOT NULL DEFAULT 1 CHECK (gpu_count >= 0),
    cpu_cores      integer,
    ram_gb         numeric(12, 3),
    max_parallel   integer NOT NULL DEFAULT 1 CHECK (max_parallel >= 1),
    base_price     numeric(20, 8) NOT NULL DEFAULT 0 CHECK (base_price >= 0),
    tags           jsonb NOT NULL DEFAULT '{}',
    capabilities   text[] NOT NULL DEFAULT '{}',
    region         varchar(64),
    chain_id       varchar(64),
    wallet_address varchar(128),
    registered_at  timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    version        bigint NOT NULL DEFAULT 0
);

-- One narrow row per miner, rewritten by every heartbeat: no index but the key, and room on the page, so that
-- PostgreSQL updates it in place (HOT) and a heartbeat never touches an index.
CREATE TABLE miner_status (
    miner_id          varchar(64) PRIMARY KEY REFERENCES miners (miner_id) ON DELETE CASCADE,
    state             varchar(16) NOT NULL CHECK (state IN ('UP', 'DEGRADED', 'DOWN', 'UNKNOWN', 'NOT_ENROLLED')),
    last_heartbeat_at timestamptz,
    down_after        timestamptz,                     -- silence beyond this instant counts as DOWN
    reported_status   varchar(32),
    current_jobs      integer NOT NULL DEFAULT 0,
    queue_len         integer NOT NULL DEFAULT 0,
    gpu_utilization   real,
    memory_used       bigint,
    memory_total      bigint,
    eta_ms            double precision                 -- the network latency that the miner last reported
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

-- State intervals are the one truth about availability. The open interval has no end. MAINTENANCE rows lie over the
-- others (they may be entered afterwards, and nothing below them is lost); all other states never overlap.
CREATE TABLE miner_state_intervals (
    id         uuid PRIMARY KEY,
    miner_id   varchar(64) NOT NULL REFERENCES miners (miner_id),
    state      varchar(16) NOT NULL CHECK (state IN ('UP', 'DEGRADED', 'DOWN', 'MAINTENANCE', 'UNKNOWN', 'NOT_ENROLLED')),
    started_at timestamptz NOT NULL,
    ended_at   timestamptz,
    source     varchar(16) NOT NULL DEFAULT 'hub',
    reason     text,
    actor      varchar(128),
    changed_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CHECK (ended_at IS NULL OR ended_at > started_at),
    CONSTRAINT miner_states_do_not_overlap
        EXCLUDE USING gist (miner_id WITH =, tstzrange(started_at, ended_at) WITH &&) WHERE (state <> 'MAINTENANCE')
);
CREATE INDEX ix_miner_state_intervals_miner ON miner_state_intervals (miner_id, started_at DESC);
CREATE INDEX ix_miner_state_intervals_changed ON miner_state_intervals (changed_in);
CREATE INDEX ix_miner_state_intervals_not_up ON miner_state_intervals (ended_at) INCLUDE (miner_id) WHERE state <> 'UP';

-- The collection finds what changed since its last run by transaction id, which no clock can disturb.
CREATE FUNCTION stamp_changed_in() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN NEW.changed_in := pg_current_xact_id(); RETURN NEW; END $$;
CREATE TRIGGER miner_state_intervals_changed BEFORE UPDATE ON miner_state_intervals
    FOR EACH ROW EXECUTE FUNCTION stamp_changed_in();

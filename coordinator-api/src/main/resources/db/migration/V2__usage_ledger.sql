-- What may be billed, in which unit, and its price where an event brings none of its own.
CREATE TABLE resource_types (
    resource_type varchar(32) PRIMARY KEY,
    unit          varchar(16) NOT NULL,
    -- A quantity of time on devices: it cannot exceed the period times the number of devices.
    wall_clock    boolean NOT NULL DEFAULT false
);
CREATE TABLE resource_prices (
    resource_type varchar(32) NOT NULL REFERENCES resource_types (resource_type),
    currency      char(3) NOT NULL,
    unit_price    numeric(20, 8) NOT NULL CHECK (unit_price >= 0),
    PRIMARY KEY (resource_type, currency)
);
INSERT INTO resource_types (resource_type, unit, wall_clock) VALUES
    ('gpu_hours', 'gpu_hour', true),
    ('storage_gb', 'gb', false),
    ('api_calls', 'call', false),
    ('compute_hours', 'hour', false);
INSERT INTO resource_prices (resource_type, currency, unit_price) VALUES
    ('gpu_hours', 'USD', 0.50),
    ('storage_gb', 'USD', 0.02),
    ('api_calls', 'USD', 0.0001),
    ('compute_hours', 'USD', 0.30);

-- Every accepted event, one row each, never changed. Few indexes: each one slows every insert.
CREATE TABLE usage_ledger (
    tenant_id     varchar(64) NOT NULL,
    occurred_at   timestamptz NOT NULL,
    key           uuid NOT NULL,
    event_id      varchar(128) NOT NULL,
    source        varchar(64) NOT NULL,
    resource_type varchar(32) NOT NULL,
    quantity      numeric(20, 8) NOT NULL,
    unit_price    numeric(20, 8),
    currency      char(3) NOT NULL,
    job_id        varchar(128),
    attempt       integer,
    miner_id      varchar(64),
    gpu_uuid      varchar(96),
    period_start  timestamptz,
    period_end    timestamptz,
    reverses      varchar(128),
    metadata      jsonb,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, occurred_at, key)
) PARTITION BY RANGE (occurred_at);
CREATE INDEX ix_usage_ledger_occurred_at ON usage_ledger USING brin (occurred_at);
CREATE INDEX ix_usage_ledger_job ON usage_ledger (job_id) WHERE job_id IS NOT NULL;

CREATE TRIGGER usage_ledger_is_append_only BEFORE UPDATE OR DELETE ON usage_ledger
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER usage_ledger_is_not_truncated BEFORE TRUNCATE ON usage_ledger
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A table partitioned by time cannot keep an id unique across months: this one does, for ever. The key is the first
-- 128 bits of SHA-256 over source and event id; content is a hash of what the event says.
CREATE TABLE usage_event_keys (
    key         uuid PRIMARY KEY,
    content     bigint NOT NULL,
    occurred_at timestamptz NOT NULL
) PARTITION BY HASH (key);
CREATE TABLE usage_event_keys_0 PARTITION OF usage_event_keys FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE usage_event_keys_1 PARTITION OF usage_event_keys FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE usage_event_keys_2 PARTITION OF usage_event_keys FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE usage_event_keys_3 PARTITION OF usage_event_keys FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE usage_event_keys_4 PARTITION OF usage_event_keys FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE usage_event_keys_5 PARTITION OF usage_event_keys FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE usage_event_keys_6 PARTITION OF usage_event_keys FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE usage_event_keys_7 PARTITION OF usage_event_keys FOR VALUES WITH (MODULUS 8, REMAINDER 7);

-- An event is taken back at most once.
CREATE TABLE usage_reversals (
    reversed_key uuid PRIMARY KEY,
    key          uuid NOT NULL
);

-- What was refused, or contradicts an event already stored, in the sender's own words.
CREATE TABLE usage_quarantine (
    quarantine_id    uuid PRIMARY KEY,
    fingerprint      uuid NOT NULL,
    verdict          varchar(16) NOT NULL CHECK (verdict IN ('REJECTED', 'CONFLICT')),
    code             varchar(32) NOT NULL,
    detail           text NOT NULL,
    source           varchar(64),
    event_id         varchar(128),
    tenant_id        varchar(64),
    payload          text NOT NULL,
    payload_is_whole boolean NOT NULL DEFAULT true,
    times            integer NOT NULL DEFAULT 1,
    first_at         timestamptz NOT NULL,
    last_at          timestamptz NOT NULL,
    state            varchar(16) NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'RESOLVED')),
    resolved_at      timestamptz,
    resolution       varchar(16)
);
-- A sender that repeats a refused event adds to its row's count instead of adding rows.
CREATE UNIQUE INDEX ux_usage_quarantine_open ON usage_quarantine (fingerprint) WHERE state = 'OPEN';
CREATE INDEX ix_usage_quarantine_code ON usage_quarantine (code, quarantine_id) WHERE state = 'OPEN';

-- Up to when each producer says that it has sent everything.
CREATE TABLE usage_watermarks (
    source           varchar(64) PRIMARY KEY,
    complete_through timestamptz NOT NULL,
    event_count      bigint,
    sums             jsonb,
    recorded_at      timestamptz NOT NULL
);

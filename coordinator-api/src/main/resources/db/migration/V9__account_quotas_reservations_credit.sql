-- How much of a resource a tenant may use in a period. A changed limit is another quota: it warns anew.
CREATE TABLE quotas (
    tenant_id     varchar(64) NOT NULL REFERENCES tenants (tenant_id),
    resource_type varchar(32) NOT NULL REFERENCES resource_types (resource_type),
    quota_id      uuid NOT NULL UNIQUE,
    most          numeric(20, 8) NOT NULL CHECK (most >= 0),
    period        varchar(8) NOT NULL CHECK (period IN ('DAY', 'MONTH', 'TOTAL')),
    mode          varchar(8) NOT NULL CHECK (mode IN ('HARD', 'SOFT')),
    created_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, resource_type)
);

-- Each level of each quota is warned of once per period. Noted with the reservation that reached it, told after that.
CREATE TABLE quota_warnings (
    quota_id     uuid NOT NULL REFERENCES quotas (quota_id) ON DELETE CASCADE,
    period_start timestamptz NOT NULL,
    level        integer NOT NULL,
    period_end   timestamptz,
    used         numeric(28, 8) NOT NULL,
    reserved     numeric(28, 8) NOT NULL,
    noted_at     timestamptz NOT NULL,
    told_at      timestamptz,
    PRIMARY KEY (quota_id, period_start, level)
);
CREATE INDEX ix_quota_warnings_untold ON quota_warnings (noted_at) WHERE told_at IS NULL;

-- What an admitted job may still use, until the ledger has what it used. The job's id is the one under which its usage arrives.
CREATE TABLE reservations (
    tenant_id    varchar(64) NOT NULL REFERENCES tenants (tenant_id),
    job_id       varchar(128) NOT NULL,
    actor        varchar(128) NOT NULL,
    admitted_at  timestamptz NOT NULL,
    currency     char(3) NOT NULL,
    cost_at_most numeric(28, 8) NOT NULL CHECK (cost_at_most >= 0),
    spent_at     timestamptz,
    PRIMARY KEY (tenant_id, job_id)
);
CREATE INDEX ix_reservations_spent ON reservations (spent_at) WHERE spent_at IS NOT NULL;

-- counts is what the job may use at most and, once it is over, what it used.
CREATE TABLE reservation_amounts (
    tenant_id     varchar(64) NOT NULL,
    job_id        varchar(128) NOT NULL,
    resource_type varchar(32) NOT NULL,
    most          numeric(28, 8) NOT NULL CHECK (most >= 0),
    counts        numeric(28, 8) NOT NULL CHECK (counts >= 0),
    PRIMARY KEY (tenant_id, job_id, resource_type),
    FOREIGN KEY (tenant_id, job_id) REFERENCES reservations (tenant_id, job_id) ON DELETE CASCADE
);

-- Prepaid credit. The balance is the sum of these entries and stands nowhere else.
CREATE TABLE credit_entries (
    entry_id        uuid PRIMARY KEY,
    tenant_id       varchar(64) NOT NULL REFERENCES tenants (tenant_id),
    kind            varchar(16) NOT NULL CHECK (kind IN ('TOP_UP', 'ADJUSTMENT', 'APPLIED', 'RETURNED', 'CREDITED')),
    amount          numeric(20, 8) NOT NULL CHECK (amount <> 0),
    currency        char(3) NOT NULL,
    reference       varchar(128),
    -- Of what is returned: the reference under which it had been applied.
    returns         varchar(128),
    reason          varchar(500),
    actor           varchar(128) NOT NULL,
    idempotency_key varchar(100),
    created_at      timestamptz NOT NULL,
    CHECK (CASE kind WHEN 'APPLIED' THEN amount < 0 WHEN 'ADJUSTMENT' THEN true ELSE amount > 0 END),
    CHECK ((kind IN ('APPLIED', 'RETURNED', 'CREDITED')) = (reference IS NOT NULL)),
    CHECK ((kind = 'RETURNED') = (returns IS NOT NULL)),
    CHECK ((kind IN ('TOP_UP', 'ADJUSTMENT')) = (idempotency_key IS NOT NULL)),
    CONSTRAINT credit_entries_are_made_once UNIQUE (tenant_id, idempotency_key),
    CONSTRAINT credit_entries_are_applied_once UNIQUE (tenant_id, kind, reference)
);
CREATE INDEX ix_credit_entries_tenant ON credit_entries (tenant_id, entry_id);

CREATE TRIGGER credit_entries_are_append_only BEFORE UPDATE OR DELETE ON credit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER credit_entries_are_not_truncated BEFORE TRUNCATE ON credit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON quotas, reservations, reservation_amounts, credit_entries TO coordinator_tenant;

ALTER TABLE quotas ENABLE ROW LEVEL SECURITY;
ALTER TABLE reservations ENABLE ROW LEVEL SECURITY;
ALTER TABLE reservation_amounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit_entries ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_rows ON quotas FOR SELECT TO coordinator_tenant
    USING (tenant_id = current_setting('app.tenant', true));
CREATE POLICY own_rows ON reservations FOR SELECT TO coordinator_tenant
    USING (tenant_id = current_setting('app.tenant', true));
CREATE POLICY own_rows ON reservation_amounts FOR SELECT TO coordinator_tenant
    USING (tenant_id = current_setting('app.tenant', true));
CREATE POLICY own_rows ON credit_entries FOR SELECT TO coordinator_tenant
    USING (tenant_id = current_setting('app.tenant', true));

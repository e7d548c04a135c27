-- Prices as data. A plan has versions per currency, each from a time on; what is in force never changes again.
CREATE TABLE price_plans (
    plan       varchar(64) NOT NULL,
    currency   char(3) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plan, currency)
);
CREATE TABLE price_versions (
    plan               varchar(64) NOT NULL,
    currency           char(3) NOT NULL,
    valid_from         timestamptz NOT NULL CHECK (isfinite(valid_from)),
    minimum_commitment numeric(20, 8) NOT NULL CHECK (minimum_commitment >= 0),
    waived_outcomes    varchar(16)[] NOT NULL
        CHECK (waived_outcomes <@ ARRAY ['PROVIDER_FAULT', 'USER_ERROR', 'PREEMPTED']::varchar[]),
    -- [{"metric", "below", "credit_pct"}, …]
    sla_credits        jsonb NOT NULL,
    created_at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (plan, currency, valid_from),
    FOREIGN KEY (plan, currency) REFERENCES price_plans (plan, currency)
);
CREATE TABLE price_rates (
    plan          varchar(64) NOT NULL,
    currency      char(3) NOT NULL,
    valid_from    timestamptz NOT NULL,
    resource_type varchar(32) NOT NULL REFERENCES resource_types (resource_type),
    gpu_model     varchar(96),
    tariff        varchar(16) NOT NULL CHECK (tariff IN ('PER_UNIT', 'GRADUATED', 'VOLUME', 'PACKAGE')),
    -- The price of the first unit: the only one of PER_UNIT, the first tier's, a package's share of one unit.
    list_price    numeric NOT NULL CHECK (list_price >= 0),
    -- [{"up_to", "unit_price"}, …], the last one without up_to
    tiers         jsonb,
    package_size  numeric(20, 8) CHECK (package_size > 0),
    package_price numeric(20, 8) CHECK (package_price >= 0),
    free_units    numeric(20, 8) NOT NULL DEFAULT 0 CHECK (free_units >= 0),
    UNIQUE NULLS NOT DISTINCT (plan, currency, valid_from, resource_type, gpu_model),
    FOREIGN KEY (plan, currency, valid_from) REFERENCES price_versions (plan, currency, valid_from) ON DELETE CASCADE,
    CHECK ((tiers IS NOT NULL) = (tariff IN ('GRADUATED', 'VOLUME'))),
    CHECK ((package_size IS NOT NULL) = (tariff = 'PACKAGE')),
    CHECK ((package_price IS NOT NULL) = (tariff = 'PACKAGE'))
);

-- What was charged was charged at these prices: nobody changes them afterwards, not even by hand. A version that is not yet
-- in force may be taken back as a whole; a rate is only ever added together with its version.
CREATE FUNCTION keep_prices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.valid_from > clock_timestamp() THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF EXISTS (SELECT FROM price_versions v
                   WHERE (v.plan, v.currency, v.valid_from) = (NEW.plan, NEW.currency, NEW.valid_from)
                       AND v.xmin = pg_current_xact_id()::xid) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A rate is added in the transaction that adds its version, not later.';
    END IF;
    RAISE EXCEPTION '% is append-only: a version of a price plan does not change, and one in force is not taken back; add a new one.',
        TG_TABLE_NAME;
END
$$;
CREATE TRIGGER price_versions_do_not_change BEFORE UPDATE OR DELETE ON price_versions
    FOR EACH ROW EXECUTE FUNCTION keep_prices();
CREATE TRIGGER price_rates_do_not_change BEFORE INSERT OR UPDATE OR DELETE ON price_rates
    FOR EACH ROW EXECUTE FUNCTION keep_prices();
CREATE TRIGGER price_versions_are_not_truncated BEFORE TRUNCATE ON price_versions
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_rates_are_not_truncated BEFORE TRUNCATE ON price_rates
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The plan of tenants that name none: what the price book held, and an empty one for tenants whose events bring their prices.
INSERT INTO price_plans (plan, currency)
    SELECT 'default', 'USD' UNION SELECT 'default', currency FROM resource_prices
    UNION SELECT 'default', currency FROM tenants;
INSERT INTO price_versions (plan, currency, valid_from, minimum_commitment, waived_outcomes, sla_credits)
    SELECT plan, currency, timestamptz '1970-01-01 00:00:00Z', 0, ARRAY ['PROVIDER_FAULT', 'PREEMPTED'],
        '[{"metric": "uptime_pct", "below": 95, "credit_pct": 10}, {"metric": "uptime_pct", "below": 85.5, "credit_pct": 25}]'
    FROM price_plans;
INSERT INTO price_rates (plan, currency, valid_from, resource_type, tariff, list_price)
    SELECT 'default', currency, timestamptz '1970-01-01 00:00:00Z', resource_type, 'PER_UNIT', unit_price
    FROM resource_prices;
DROP TABLE resource_prices;

-- Whoever names a plan names one that there is in its currency. Names from before this are not looked at: their tenants are
-- told when they are to be billed.
ALTER TABLE tenants ADD CONSTRAINT tenants_name_a_price_plan
    FOREIGN KEY (price_plan, currency) REFERENCES price_plans (plan, currency) NOT VALID;

-- Which version was in force when.
CREATE VIEW price_periods WITH (security_invoker = true) AS
    SELECT plan, currency, valid_from,
        coalesce(lead(valid_from) OVER (PARTITION BY plan, currency ORDER BY valid_from), 'infinity') AS valid_until,
        waived_outcomes
    FROM price_versions;

-- A quantity of something that is held for a while is weighed by time: as many units as it would be if held for
-- hours_per_unit. Events say how much was held, in sent_unit; unit is what is priced and shown.
ALTER TABLE resource_types
    ADD COLUMN hours_per_unit numeric(20, 8) CHECK (hours_per_unit > 0),
    ADD COLUMN sent_unit varchar(16);
UPDATE resource_types SET unit = 'gb_month', sent_unit = unit, hours_per_unit = 730
    WHERE resource_type = 'storage_gb' AND unit = 'gb';

-- The order in which rows came: under a tenant's gate, all rows up to a number are there, and later ones get higher numbers.
CREATE SEQUENCE usage_ledger_seq AS bigint CACHE 1;
ALTER TABLE usage_ledger
    ADD COLUMN gpu_model varchar(96),
    ADD COLUMN outcome varchar(16) CHECK (outcome IN ('PROVIDER_FAULT', 'USER_ERROR', 'PREEMPTED')),
    ADD COLUMN seq bigint NOT NULL DEFAULT nextval('usage_ledger_seq');
ALTER SEQUENCE usage_ledger_seq OWNED BY usage_ledger.seq;
CREATE INDEX ix_usage_ledger_seq ON usage_ledger USING brin (seq);

-- A tenant's key reads its own plan's prices, and so has to see which plan that is.
GRANT SELECT (tenant_id, price_plan, currency) ON tenants TO coordinator_tenant;
GRANT SELECT ON price_versions, price_rates, price_periods TO coordinator_tenant;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE price_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE price_rates ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_plan ON tenants FOR SELECT TO coordinator_tenant
    USING (tenant_id = current_setting('app.tenant', true));
CREATE POLICY own_plan ON price_versions FOR SELECT TO coordinator_tenant
    USING ((plan, currency) IN (SELECT coalesce(t.price_plan, 'default'), t.currency FROM tenants t));
CREATE POLICY own_plan ON price_rates FOR SELECT TO coordinator_tenant
    USING ((plan, currency) IN (SELECT coalesce(t.price_plan, 'default'), t.currency FROM tenants t));

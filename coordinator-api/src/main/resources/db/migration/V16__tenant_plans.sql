-- Which plan a tenant was on, and since when: a month that is over is billed by the plan that the tenant had when it ended,
-- whatever it was put on before the invoice was made.
CREATE TABLE tenant_plans (
    tenant_id  varchar(64) NOT NULL REFERENCES tenants (tenant_id),
    valid_from timestamptz NOT NULL,
    price_plan varchar(64) NOT NULL,
    PRIMARY KEY (tenant_id, valid_from)
);
INSERT INTO tenant_plans (tenant_id, valid_from, price_plan)
    SELECT tenant_id, created_at, coalesce(price_plan, 'default') FROM tenants;

CREATE FUNCTION keep_tenant_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.price_plan IS DISTINCT FROM OLD.price_plan THEN
        INSERT INTO tenant_plans (tenant_id, valid_from, price_plan)
            VALUES (NEW.tenant_id, NEW.updated_at, coalesce(NEW.price_plan, 'default'))
            ON CONFLICT (tenant_id, valid_from) DO UPDATE SET price_plan = excluded.price_plan;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER tenant_plans_are_kept AFTER INSERT OR UPDATE ON tenants
    FOR EACH ROW EXECUTE FUNCTION keep_tenant_plan();

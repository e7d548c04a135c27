-- The second fence behind the one place that filters by tenant: what is read for a tenant's key is read as this role,
-- which sees the rows of app.tenant and no others, whatever the query says.
DO $$
BEGIN
    BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'coordinator_tenant') THEN
            CREATE ROLE coordinator_tenant NOLOGIN;
        END IF;
    EXCEPTION
        -- Another database of the same server is being migrated at the same moment.
        WHEN duplicate_object OR unique_violation THEN NULL;
    END;
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
            AND NOT pg_has_role(current_user, 'coordinator_tenant', 'SET') THEN
        EXECUTE format('GRANT coordinator_tenant TO %I', current_user);
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'The database role coordinator_tenant is needed, and user % may not make it. Let an administrator run: CREATE ROLE coordinator_tenant NOLOGIN; GRANT coordinator_tenant TO %; and start again.',
            current_user, quote_ident(current_user);
END
$$;

GRANT SELECT ON usage_ledger, invoices, invoice_lines, resource_types, resource_prices TO coordinator_tenant;

ALTER TABLE usage_ledger ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoices ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice_lines ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_rows ON usage_ledger FOR SELECT TO coordinator_tenant
    USING (tenant_id = current_setting('app.tenant', true));
CREATE POLICY own_rows ON invoices FOR SELECT TO coordinator_tenant
    USING (tenant_id = current_setting('app.tenant', true));
CREATE POLICY own_rows ON invoice_lines FOR SELECT TO coordinator_tenant
    USING (tenant_id = current_setting('app.tenant', true));

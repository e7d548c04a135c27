-- Whether anything of a tenant was refused is asked whenever an invoice of its is built.
CREATE INDEX ix_usage_quarantine_tenant ON usage_quarantine (tenant_id, last_at) WHERE state = 'OPEN';

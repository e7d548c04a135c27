CREATE TABLE tenants (
    tenant_id     varchar(64) PRIMARY KEY,
    name          varchar(200) NOT NULL,
    status        varchar(16) NOT NULL DEFAULT 'ACTIVE' CHECK (status IN ('ACTIVE', 'SUSPENDED', 'CLOSED')),
    currency      char(3) NOT NULL DEFAULT 'USD',
    timezone      varchar(64) NOT NULL DEFAULT 'UTC',
    billing_email varchar(254),
    price_plan    varchar(64),
    credit_limit  numeric(20, 8) CHECK (credit_limit >= 0),
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    closed_at     timestamptz,
    version       bigint NOT NULL DEFAULT 0
);

-- Only the hash of a key is kept; a revoked key stays as the record that it once was.
CREATE TABLE tenant_keys (
    key_id     uuid PRIMARY KEY,
    tenant_id  varchar(64) NOT NULL REFERENCES tenants (tenant_id),
    name       varchar(100),
    sha256     char(64) NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX ix_tenant_keys_tenant ON tenant_keys (tenant_id, key_id);

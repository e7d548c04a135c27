CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE invoices (
    invoice_id       uuid PRIMARY KEY,
    tenant_id        varchar(64) NOT NULL REFERENCES tenants (tenant_id),
    status           varchar(16) NOT NULL CHECK (status IN ('DRAFT')),
    currency         char(3) NOT NULL,
    period_start     timestamptz NOT NULL,
    period_end       timestamptz NOT NULL,
    total            numeric(28, 8) NOT NULL,
    complete_through timestamptz,
    created_at       timestamptz NOT NULL,
    rebuilt_at       timestamptz NOT NULL,
    version          bigint NOT NULL DEFAULT 0,
    CHECK (period_start < period_end),
    -- The same second is never billed twice, whoever asks at the same time.
    CONSTRAINT invoices_of_a_tenant_do_not_overlap
        EXCLUDE USING gist (tenant_id WITH =, tstzrange(period_start, period_end) WITH &&)
);
CREATE INDEX ix_invoices_tenant ON invoices (tenant_id, invoice_id);

CREATE TABLE invoice_lines (
    tenant_id     varchar(64) NOT NULL,
    invoice_id    uuid NOT NULL REFERENCES invoices (invoice_id) ON DELETE CASCADE,
    line          integer NOT NULL,
    resource_type varchar(32) NOT NULL,
    unit          varchar(16) NOT NULL,
    quantity      numeric(28, 8) NOT NULL,
    unit_price    numeric(20, 8) NOT NULL,
    amount        numeric(28, 8) NOT NULL,
    event_count   bigint NOT NULL,
    PRIMARY KEY (invoice_id, line)
);

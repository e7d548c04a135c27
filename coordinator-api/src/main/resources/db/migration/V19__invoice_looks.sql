-- What was looked at for a tenant without anything to be invoiced coming of it: that alone is no reason to look again.
CREATE TABLE invoice_looks (
    tenant_id       varchar(64) PRIMARY KEY REFERENCES tenants (tenant_id),
    ledger_position bigint NOT NULL,
    looked_at       timestamptz NOT NULL
);

-- How invoices are computed; a change would compute anew what is finalized, as soon as usage of it comes late.
CREATE TABLE billing_choices (
    name       varchar(64) PRIMARY KEY,
    choice     text NOT NULL,
    made_at    timestamptz NOT NULL
);

-- The run of a month: there is one for its drafts and one for its invoices, and asked for again it goes on. Whoever finds it
-- RUNNING works on it: that is how it survives whoever worked on it before.
CREATE TABLE invoice_runs (
    run_id       uuid PRIMARY KEY,
    month        char(7) NOT NULL,
    finalize     boolean NOT NULL,
    state        varchar(8) NOT NULL CHECK (state IN ('RUNNING', 'DONE')),
    -- So long after the month's end by a tenant's clocks its turn comes.
    wait_hours   integer NOT NULL CHECK (wait_hours >= 0),
    requested_by varchar(128) NOT NULL,
    -- Rises with each request: a run that was asked for again while it ended is not over.
    requests     bigint NOT NULL DEFAULT 1,
    started_at   timestamptz NOT NULL,
    finished_at  timestamptz,
    UNIQUE (month, finalize)
);
CREATE INDEX ix_invoice_runs_running ON invoice_runs (month) WHERE state = 'RUNNING';

-- What a run made, written with the invoice itself: the counts of a run that was killed are right.
CREATE TABLE invoice_run_invoices (
    run_id     uuid NOT NULL REFERENCES invoice_runs (run_id),
    invoice_id uuid NOT NULL REFERENCES invoices (invoice_id),
    PRIMARY KEY (run_id, invoice_id)
);

-- Why tenants did not get theirs, as of the last time that they were tried.
CREATE TABLE invoice_run_failures (
    run_id    uuid NOT NULL REFERENCES invoice_runs (run_id),
    tenant_id varchar(64) NOT NULL REFERENCES tenants (tenant_id),
    code      varchar(64) NOT NULL,
    detail    text NOT NULL,
    failed_at timestamptz NOT NULL,
    PRIMARY KEY (run_id, tenant_id)
);

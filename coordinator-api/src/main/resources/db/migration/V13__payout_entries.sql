-- What a miner is paid of what tenants are charged for its work, from a time on; * is every miner without terms of its own.
CREATE TABLE payout_terms (
    miner_id   varchar(64) NOT NULL,
    valid_from timestamptz NOT NULL,
    share_pct  numeric(9, 6) NOT NULL CHECK (share_pct BETWEEN 0 AND 100),
    PRIMARY KEY (miner_id, valid_from)
);
INSERT INTO payout_terms (miner_id, valid_from, share_pct) VALUES ('*', '1970-01-01T00:00:00Z', 80);

-- The supplier's side of an invoice or credit note, written with it: per miner and resource the part of the lines' amounts
-- that is for the miner's work, and what the miner gets of it. An SLA credit is taken from the miner that caused it.
CREATE TABLE payout_entries (
    invoice_id    uuid NOT NULL REFERENCES invoices (invoice_id),
    entry         integer NOT NULL,
    -- The invoice of the period that it is about: the same, or an earlier one.
    about         uuid NOT NULL REFERENCES invoices (invoice_id),
    tenant_id     varchar(64) NOT NULL,
    miner_id      varchar(64) NOT NULL,
    kind          varchar(16) NOT NULL CHECK (kind IN ('WORK', 'SLA_CREDIT')),
    resource_type varchar(32),
    quantity      numeric(38, 20) NOT NULL,
    currency      char(3) NOT NULL,
    charge        numeric(28, 8) NOT NULL,
    payout        numeric(28, 8) NOT NULL,
    PRIMARY KEY (invoice_id, entry)
);
CREATE INDEX ix_payout_entries_miner ON payout_entries (miner_id, invoice_id);
CREATE INDEX ix_payout_entries_about ON payout_entries (about);
CREATE TRIGGER payout_entries_are_append_only BEFORE UPDATE OR DELETE ON payout_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER payout_entries_are_not_truncated BEFORE TRUNCATE ON payout_entries
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

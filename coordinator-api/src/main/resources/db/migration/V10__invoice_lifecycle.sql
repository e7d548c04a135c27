-- What a tenant pays on top, such as [{"name": "VAT", "pct": 19}].
ALTER TABLE tenants ADD COLUMN tax_rates jsonb NOT NULL DEFAULT '[]';

ALTER TABLE invoices
    DROP CONSTRAINT invoices_status_check,
    DROP CONSTRAINT invoices_of_a_tenant_do_not_overlap,
    ADD COLUMN kind varchar(16) NOT NULL DEFAULT 'INVOICE' CHECK (kind IN ('INVOICE', 'CREDIT_NOTE')),
    ADD COLUMN number varchar(32) UNIQUE,
    -- The invoice that a credit note corrects.
    ADD COLUMN corrects uuid REFERENCES invoices (invoice_id),
    ADD COLUMN price_plan varchar(64) NOT NULL DEFAULT 'default',
    ADD COLUMN timezone varchar(64) NOT NULL DEFAULT 'UTC',
    ADD COLUMN bill_to_name varchar(200) NOT NULL DEFAULT '',
    ADD COLUMN bill_to_email varchar(254),
    ADD COLUMN net numeric(28, 8) NOT NULL DEFAULT 0,
    ADD COLUMN taxes jsonb NOT NULL DEFAULT '[]',
    -- What was taken from the prepaid balance (negative: given to it), and what was left to pay when it was finalized.
    ADD COLUMN credit_applied numeric(28, 8) NOT NULL DEFAULT 0,
    ADD COLUMN amount_due numeric(28, 8) NOT NULL DEFAULT 0,
    -- Every row of the tenant in usage_ledger up to this seq was seen.
    ADD COLUMN ledger_position bigint NOT NULL DEFAULT 0,
    ADD COLUMN reason text,
    -- The Idempotency-Key under which a credit was granted.
    ADD COLUMN request_key varchar(100),
    ADD COLUMN finalized_at timestamptz,
    ADD COLUMN paid_at timestamptz,
    ADD COLUMN payment_reference varchar(200),
    ADD COLUMN voided_at timestamptz,
    ADD COLUMN void_reason text,
    -- What was invoiced, word for word, and its SHA-256.
    ADD COLUMN document text,
    ADD COLUMN sha256 char(64),
    ADD CHECK (status IN ('DRAFT', 'FINALIZED', 'PAID', 'VOID')),
    ADD CHECK (status NOT IN ('FINALIZED', 'PAID')
        OR (number IS NOT NULL AND sha256 IS NOT NULL AND document IS NOT NULL AND finalized_at IS NOT NULL)),
    ADD CHECK ((kind = 'CREDIT_NOTE') = (corrects IS NOT NULL)),
    ADD CONSTRAINT invoices_of_a_tenant_do_not_overlap
        EXCLUDE USING gist (tenant_id WITH =, tstzrange(period_start, period_end) WITH &&)
        WHERE (kind = 'INVOICE' AND status <> 'VOID');
UPDATE invoices i SET net = total, amount_due = total, bill_to_name = t.name, bill_to_email = t.billing_email,
    timezone = t.timezone
FROM tenants t WHERE t.tenant_id = i.tenant_id;
CREATE UNIQUE INDEX ux_invoices_request ON invoices (corrects, request_key) WHERE request_key IS NOT NULL;
CREATE INDEX ix_invoices_corrects ON invoices (corrects) WHERE corrects IS NOT NULL;

ALTER TABLE invoice_lines
    ALTER COLUMN resource_type DROP NOT NULL,
    ALTER COLUMN unit DROP NOT NULL,
    ALTER COLUMN unit TYPE varchar(32),
    ADD COLUMN kind varchar(16) NOT NULL DEFAULT 'USAGE'
        CHECK (kind IN ('USAGE', 'FREE', 'OWN_PRICE', 'WAIVED', 'COMMITMENT', 'SLA_CREDIT', 'GOODWILL')),
    ADD COLUMN gpu_model varchar(96),
    ADD COLUMN outcome varchar(16),
    ADD COLUMN description text NOT NULL DEFAULT '',
    ADD COLUMN tax numeric(28, 8) NOT NULL DEFAULT 0,
    ADD COLUMN price_from timestamptz,
    -- A line about an earlier period: the invoice of that period, and which rows of the ledger it had not seen.
    ADD COLUMN prior_invoice uuid REFERENCES invoices (invoice_id),
    ADD COLUMN prior_start timestamptz,
    ADD COLUMN prior_end timestamptz,
    ADD COLUMN after_seq bigint NOT NULL DEFAULT 0,
    ADD COLUMN through_seq bigint NOT NULL DEFAULT 0,
    -- The evidence of an SLA credit.
    ADD COLUMN episode_source varchar(64),
    ADD COLUMN episode_id uuid,
    ADD COLUMN miner_id varchar(64);
CREATE INDEX ix_invoice_lines_prior ON invoice_lines (prior_invoice) WHERE prior_invoice IS NOT NULL;
CREATE INDEX ix_invoice_lines_episode ON invoice_lines (tenant_id, episode_id) WHERE episode_id IS NOT NULL;

-- Up to which row of the ledger the period of an invoice is settled, beyond what that invoice saw itself, and by what.
CREATE TABLE invoice_settlements (
    settled     uuid NOT NULL REFERENCES invoices (invoice_id),
    through_seq bigint NOT NULL,
    settled_by  uuid NOT NULL REFERENCES invoices (invoice_id),
    PRIMARY KEY (settled, settled_by)
);
CREATE TRIGGER invoice_settlements_are_append_only BEFORE UPDATE OR DELETE ON invoice_settlements
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invoice_settlements_are_not_truncated BEFORE TRUNCATE ON invoice_settlements
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- One row per series and year, raised in the transaction that uses the number: what is rolled back leaves no gap.
CREATE TABLE invoice_numbers (
    series varchar(8) NOT NULL,
    year   integer NOT NULL,
    last   bigint NOT NULL,
    PRIMARY KEY (series, year)
);

-- What is finalized stays as it is, whoever asks: only its way on from there is written down, once.
CREATE FUNCTION keep_finalized_invoices() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    way_on constant text[] := ARRAY['status', 'paid_at', 'payment_reference', 'voided_at', 'void_reason', 'version'];
BEGIN
    IF OLD.status = 'DRAFT' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'FINALIZED' AND NEW.status IN ('PAID', 'VOID')
            AND to_jsonb(NEW) - way_on = to_jsonb(OLD) - way_on THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'invoice % is % and never changes; correct it by a credit note', OLD.number, OLD.status
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER finalized_invoices_stay BEFORE UPDATE OR DELETE ON invoices
    FOR EACH ROW EXECUTE FUNCTION keep_finalized_invoices();
CREATE TRIGGER invoices_are_not_truncated BEFORE TRUNCATE ON invoices
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION keep_lines_of_finalized_invoices() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owner uuid := CASE WHEN TG_OP = 'INSERT' THEN NEW.invoice_id ELSE OLD.invoice_id END;
    found_status text;
BEGIN
    -- Locked, so that nobody finalizes the invoice while its lines are being written.
    SELECT status INTO found_status FROM invoices WHERE invoice_id = owner FOR SHARE;
    IF found_status <> 'DRAFT' OR TG_OP = 'UPDATE' AND NEW.invoice_id <> owner THEN
        RAISE EXCEPTION 'the invoice is % and its lines never change; correct it by a credit note', found_status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
CREATE TRIGGER lines_of_finalized_invoices_stay BEFORE INSERT OR UPDATE OR DELETE ON invoice_lines
    FOR EACH ROW EXECUTE FUNCTION keep_lines_of_finalized_invoices();
CREATE TRIGGER invoice_lines_are_not_truncated BEFORE TRUNCATE ON invoice_lines
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

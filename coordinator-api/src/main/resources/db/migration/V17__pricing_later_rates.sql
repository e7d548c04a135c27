-- What a version has no price for may get one later, a resource or a GPU model of it: nobody can have been charged for it by
-- that version.
CREATE OR REPLACE FUNCTION keep_prices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.valid_from > clock_timestamp() THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM price_rates r
                       WHERE (r.plan, r.currency, r.valid_from, r.resource_type)
                                 = (NEW.plan, NEW.currency, NEW.valid_from, NEW.resource_type)
                           AND (r.gpu_model IS NULL OR r.gpu_model = NEW.gpu_model)
                           AND r.xmin <> pg_current_xact_id()::xid) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'This version has a price for % already; it changes by a new version.', NEW.resource_type;
    END IF;
    RAISE EXCEPTION '% is append-only: a version of a price plan does not change, and one in force is not taken back; add a new one.',
        TG_TABLE_NAME;
END
$$;

-- What every service keeps: who changed what, when it was alive, and which replica holds which scheduled job.
CREATE TABLE audit_log (
    id         uuid PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor      varchar(128) NOT NULL,
    role       varchar(16) NOT NULL,
    action     varchar(64) NOT NULL,
    subject    varchar(256) NOT NULL,
    before     jsonb,
    after      jsonb,
    request_id varchar(64)
);
CREATE INDEX ix_audit_log_at ON audit_log USING brin (at);
CREATE INDEX ix_audit_log_subject ON audit_log (subject, at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_is_not_truncated BEFORE TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE service_runs (
    instance_id  uuid PRIMARY KEY,
    started_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    stopped_at   timestamptz
);
CREATE INDEX ix_service_runs_last_seen ON service_runs (last_seen_at);

CREATE TABLE shedlock (
    name       varchar(64) PRIMARY KEY,
    lock_until timestamptz NOT NULL,
    locked_at  timestamptz NOT NULL,
    locked_by  varchar(255) NOT NULL
);

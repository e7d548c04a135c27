-- Which episodes the coordinator has, and as what. One that became something else since is told again.
ALTER TABLE sla_violations
    ADD COLUMN reported_status varchar(16),
    ADD COLUMN reported_at timestamptz,
    ADD COLUMN report_error varchar(500),
    ADD COLUMN report_again_at timestamptz NOT NULL DEFAULT '-infinity';
CREATE INDEX ix_sla_violations_unreported ON sla_violations (resolved_at, id)
    WHERE resolved_at IS NOT NULL AND miner_id IS NOT NULL AND status IS DISTINCT FROM reported_status;

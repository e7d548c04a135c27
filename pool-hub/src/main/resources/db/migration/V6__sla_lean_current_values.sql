-- What a measurement rests on stands in sla_metrics; the current values only say which row that is.
ALTER TABLE sla_current DROP COLUMN metadata;
CREATE INDEX ix_sla_current_violations ON sla_current (miner_id, metric_type) WHERE is_violation;

-- When all series were last written, and by which thresholds; other thresholds make all of them due.
ALTER TABLE sla_watermarks ADD COLUMN refreshed_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE sla_watermarks ADD COLUMN judged_by text NOT NULL DEFAULT '';

CREATE INDEX ix_miners_removed ON miners (miner_id) WHERE enrollment = 'REMOVED';

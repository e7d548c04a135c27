-- When something about a miner changed that neither a heartbeat nor its registration told: its GPUs, its maintenance. Other
-- replicas read again who was touched.
ALTER TABLE miner_status ADD COLUMN touched_at timestamptz;

-- Looked at each second. Heartbeats change none of these columns, so they still update their rows in place.
CREATE INDEX ix_miners_updated ON miners (updated_at);
CREATE INDEX ix_miner_status_touched ON miner_status (touched_at) WHERE touched_at IS NOT NULL;
CREATE INDEX ix_miner_trust_updated ON miner_trust (updated_at);

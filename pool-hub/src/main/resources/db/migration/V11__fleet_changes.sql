-- When something about a miner changed that neither a heartbeat nor its registration told: its GPUs, its maintenance. Other
-- replicas read again who was touched.
ALTER TABLE miner_status ADD COLUMN touched_at timestamptz;

-- A target that is deleted is scraped no more, but windows of before can still be collected of it, also when another takes its
-- name.
ALTER TABLE targets ADD COLUMN deleted_at timestamptz;
ALTER TABLE targets DROP CONSTRAINT targets_pkey;
ALTER TABLE targets ADD PRIMARY KEY (session_id, job_name, created_at);
CREATE UNIQUE INDEX ix_targets_live ON targets (session_id, job_name) WHERE deleted_at IS NULL;

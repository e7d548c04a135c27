-- The locks are compared with timezone('utc', now()), which has no zone: as timestamptz they shifted with the time zone of
-- whoever wrote them, so that replicas in two zones did not see each other's.
ALTER TABLE shedlock
    ALTER COLUMN lock_until TYPE timestamp USING lock_until AT TIME ZONE 'UTC',
    ALTER COLUMN locked_at TYPE timestamp USING locked_at AT TIME ZONE 'UTC';

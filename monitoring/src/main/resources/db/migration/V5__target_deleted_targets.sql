-- A target that is deleted is scraped no more, but windows of before can still be collected of it.
ALTER TABLE targets ADD COLUMN deleted_at timestamptz;

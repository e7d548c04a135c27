-- An event that came into the ledger after all closes what waits of it, which is found by its name.
CREATE INDEX ix_usage_quarantine_event ON usage_quarantine (source, event_id) WHERE state = 'OPEN';

-- Why somebody closed an entry that is not to be tried again.
ALTER TABLE usage_quarantine ADD COLUMN reason text;

-- Usage of a span of time, for the console's page and for the comparison of both ledgers.
CREATE INDEX ix_usage_events_occurred ON usage_events (occurred_at);

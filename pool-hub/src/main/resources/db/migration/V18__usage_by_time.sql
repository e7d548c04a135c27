-- Usage of a span of time, for the console's page and for the comparison of both ledgers. Events come nearly in the order of their
-- time, so that a summary of each stretch of the table is enough; writing keeps its speed.
CREATE INDEX ix_usage_events_occurred ON usage_events USING brin (occurred_at) WITH (autosummarize = on);

-- By which statistic response times were judged at the last collection; another one makes everything due again.
ALTER TABLE sla_watermarks ADD COLUMN response_time_statistic varchar(8);

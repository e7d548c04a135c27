-- Why miners were offered for a job is asked by the job.
CREATE INDEX ix_match_requests_job ON match_requests (job_id, created_at DESC);
CREATE INDEX ix_match_results_job ON match_results (job_id);

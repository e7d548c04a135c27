-- On which GPUs time was used, how the work ended when it did not end well, and which event is taken back by another.
ALTER TABLE usage_events
    ADD COLUMN gpu_model varchar(128),
    ADD COLUMN outcome varchar(16) CHECK (outcome IN ('provider_fault', 'user_error', 'preempted')),
    ADD COLUMN reverses uuid,
    DROP CONSTRAINT usage_events_quantity_check,
    ADD CONSTRAINT usage_events_quantity CHECK (CASE WHEN reverses IS NULL THEN quantity >= 0 ELSE quantity <= 0 END);

-- What an attempt began with: the models of its GPUs, in their order ('' is unknown), and how much work was saved by then.
ALTER TABLE job_attempts
    ADD COLUMN gpu_models text[] NOT NULL DEFAULT '{}',
    ADD COLUMN progress_s double precision NOT NULL DEFAULT 0;
-- Of attempts under way nobody knows any more what earlier ones had saved: for them it is what is saved now.
UPDATE job_attempts a SET progress_s = j.progress_s
FROM jobs j WHERE j.job_id = a.job_id AND a.state <> 'ENDED' AND a.attempt > 1;

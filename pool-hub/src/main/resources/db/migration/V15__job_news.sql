-- Jobs that a coordinator submitted: it is told of every change of theirs.
ALTER TABLE jobs ADD COLUMN tell boolean NOT NULL DEFAULT false;

-- What it is to be told. A row is written in the transaction of the change, whoever makes it, and kept until a while after the
-- coordinator has acknowledged it. Changes of one job come one after the other, since each holds its row: their revisions rise.
CREATE TABLE job_news (
    revision        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id        uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    job_id          varchar(128) NOT NULL,
    attempt         integer NOT NULL,
    state           varchar(16) NOT NULL,
    at              timestamptz,
    started_at      timestamptz,
    fail_code       varchar(64),
    cause           varchar(500),
    acknowledged_at timestamptz,
    refused         varchar(1000)
);
CREATE INDEX ix_job_news_open ON job_news (revision) WHERE acknowledged_at IS NULL;
CREATE INDEX ix_job_news_done ON job_news (acknowledged_at) WHERE acknowledged_at IS NOT NULL;

-- When it got GPUs, or began to run on them, its attempt says.
CREATE FUNCTION tell_of_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO job_news (job_id, attempt, state, at, started_at, fail_code, cause)
    VALUES (NEW.job_id, NEW.attempt, NEW.state,
            CASE NEW.state WHEN 'QUEUED' THEN NEW.queued_at WHEN 'ASSIGNED' THEN NULL WHEN 'RUNNING' THEN NULL
                           ELSE NEW.finished_at END,
            NEW.first_started_at, NEW.fail_code, NEW.cause);
    RETURN NULL;
END
$$;
CREATE TRIGGER new_job_is_told AFTER INSERT ON jobs
    FOR EACH ROW WHEN (NEW.tell) EXECUTE FUNCTION tell_of_job();
CREATE TRIGGER job_change_is_told AFTER UPDATE OF state ON jobs
    FOR EACH ROW WHEN (NEW.tell AND NEW.state IS DISTINCT FROM OLD.state) EXECUTE FUNCTION tell_of_job();

-- What a job has used in all is told with its end.
CREATE INDEX ix_usage_events_job ON usage_events (job_id) WHERE job_id IS NOT NULL;

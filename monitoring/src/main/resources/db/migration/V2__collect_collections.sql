-- Windows that are to be collected, or were.
CREATE TABLE collections (
    run_id         uuid PRIMARY KEY,
    session_id     varchar(64) NOT NULL REFERENCES sessions (session_id) ON DELETE CASCADE,
    start_time     timestamptz NOT NULL,
    end_time       timestamptz NOT NULL CHECK (start_time < end_time),
    -- Under the artifacts' folder; the run's own folder is within it.
    output_dir     varchar(500) NOT NULL,
    -- The KPIs, the types of targets that they are of, and the thresholds.
    plan           jsonb NOT NULL,
    -- Of all that the request asked for: the same again, while it runs, is the same run.
    request_sha256 varchar(64) NOT NULL,
    state          varchar(16) NOT NULL CHECK (state IN ('SETTLING', 'COLLECTING', 'COLLECTED', 'FAILED')),
    cause          varchar(16) CHECK (cause IN ('PROMETHEUS', 'STORAGE', 'INTERNAL')),
    failure        varchar(2000),
    requested_at   timestamptz NOT NULL,
    -- When the last scrape of the window has settled.
    due_at         timestamptz NOT NULL,
    finished_at    timestamptz,
    -- Who works at it; it ends by itself when its holder was killed.
    lease          uuid,
    leased_until   timestamptz,
    tries          integer NOT NULL DEFAULT 0,
    -- MANIFEST.json of what was collected.
    manifest       text,
    CHECK ((state = 'FAILED') = (failure IS NOT NULL AND cause IS NOT NULL)),
    CHECK ((state = 'COLLECTED') = (manifest IS NOT NULL))
);
CREATE INDEX collections_of_session ON collections (session_id, run_id DESC);
CREATE INDEX collections_due ON collections (due_at) WHERE state IN ('SETTLING', 'COLLECTING');
CREATE UNIQUE INDEX collections_once_at_a_time ON collections (session_id, request_sha256)
    WHERE state IN ('SETTLING', 'COLLECTING');

-- The exporters that the metrics proxy may reach, and no others.
CREATE TABLE exporters (
    service       varchar(64) NOT NULL,
    job_id        varchar(128) NOT NULL,
    url           varchar(2048) NOT NULL,
    registered_at timestamptz NOT NULL,
    -- When it was last led to another address.
    changed_at    timestamptz NOT NULL,
    PRIMARY KEY (service, job_id)
);

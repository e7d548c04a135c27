-- Episodes in which miners did not keep a service level, as their pools reported them. Rows are evidence of credits: none is deleted.
CREATE TABLE sla_episodes (
    source        varchar(64) NOT NULL,
    episode_id    uuid NOT NULL,
    revision      integer NOT NULL,
    status        varchar(16) NOT NULL CHECK (status IN ('RESOLVED', 'EXCUSED')),
    miner_id      varchar(64) NOT NULL,
    metric        varchar(32) NOT NULL,
    threshold     numeric NOT NULL,
    worst         numeric NOT NULL,
    severity      varchar(16) NOT NULL,
    started_at    timestamptz NOT NULL,
    ended_at      timestamptz NOT NULL CHECK (ended_at >= started_at),
    excuse_reason varchar(2000),
    excused_by    varchar(128),
    excused_at    timestamptz,
    evidence      jsonb,
    received_at   timestamptz NOT NULL,
    PRIMARY KEY (source, episode_id)
);
CREATE INDEX ix_sla_episodes_miner ON sla_episodes (miner_id, ended_at);
CREATE INDEX ix_sla_episodes_ended ON sla_episodes (ended_at DESC, source, episode_id);

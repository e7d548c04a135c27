-- What was written into Prometheus' configuration (MONITORING_TARGETS=config), and what became of it.
CREATE TABLE config_generations (
    generation bigint PRIMARY KEY CHECK (generation > 0),
    -- Of the file below its first line.
    sha256     char(64) NOT NULL,
    at         timestamptz NOT NULL,
    -- Of our jobs only: other jobs may hold passwords.
    diff       text NOT NULL,
    verdict    varchar(16) NOT NULL CHECK (verdict IN
        ('WRITING', 'APPLIED', 'REFUSED', 'REJECTED', 'PARTIAL', 'AWAY', 'OVERWRITTEN', 'ROLLED_BACK')),
    detail     varchar(2000)
);
CREATE INDEX ix_config_generations_writing ON config_generations (generation) WHERE verdict = 'WRITING';

-- What placement needs of a GPU beside its state.
ALTER TABLE gpus
    ADD COLUMN memory_mib   double precision,
    ADD COLUMN failure_risk double precision NOT NULL DEFAULT 0,
    ADD COLUMN critical_at  timestamptz;

-- Who uses a GPU. The primary key is what keeps any two replicas from giving one GPU twice.
CREATE TABLE gpu_leases (
    gpu_uuid varchar(80) PRIMARY KEY,
    miner_id varchar(64) NOT NULL,
    job_id   varchar(128) NOT NULL,
    attempt  integer NOT NULL
);
CREATE INDEX ix_gpu_leases_job ON gpu_leases (job_id);

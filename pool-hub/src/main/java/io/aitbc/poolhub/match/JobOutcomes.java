package io.aitbc.poolhub.match;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.poolhub.miner.FleetView;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What the pool's own jobs tell of miners: which one got a job, and how that ended. */
@Service
public class JobOutcomes {

    /**
     * An attempt that is over.
     *
     * @param completed whether the job was done; failures that are the job's own are no outcome of the miner's
     */
    public record Ended(
            String jobId,
            int attempt,
            String minerId,
            String tenantId,
            boolean completed,
            @Nullable String failCode,
            int gpuCount,
            @Nullable Instant startedAt,
            Instant finishedAt) {}

    private final JdbcTemplate jdbc;
    private final TrustHistory trust;
    private final FleetView fleet;

    JobOutcomes(JdbcTemplate jdbc, TrustHistory trust, FleetView fleet) {
        this.jdbc = jdbc;
        this.trust = trust;
        this.fleet = fleet;
    }

    /** A miner got a job: its response time then is a fact of its service level. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void placed(String jobId, String minerId, Instant at) {
        fleet.find(minerId).ifPresent(miner -> {
            BigDecimal price = miner.price();
            jdbc.update(
                    "INSERT INTO match_results (id, job_id, miner_id, rank, eta_ms, price, created_at)"
                            + " VALUES (?, ?, ?, 1, ?, ?, ?)",
                    UuidCreator.getTimeOrderedEpochFast(),
                    jobId,
                    minerId,
                    miner.etaMs(),
                    price,
                    Timestamp.from(at));
        });
    }

    /** An attempt is over; told once. Moves the miner's trust. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void ended(Ended ended, Instant now) {
        UUID id = UuidCreator.getTimeOrderedEpoch();
        int added = jdbc.update(
                """
                INSERT INTO job_outcomes (id, job_id, miner_id, tenant_id, outcome, fail_code, gpu_count, started_at,
                                          finished_at, recorded_at, attempt)
                SELECT ?, ?, m.miner_id, ?, ?, ?, ?, ?, ?, ?, ? FROM miners m WHERE m.miner_id = ?
                ON CONFLICT (job_id, miner_id, attempt) DO NOTHING
                """,
                id,
                ended.jobId(),
                ended.tenantId(),
                ended.completed() ? "completed" : "failed",
                ended.failCode(),
                ended.gpuCount(),
                ended.startedAt() == null ? null : Timestamp.from(ended.startedAt()),
                Timestamp.from(ended.finishedAt()),
                Timestamp.from(now),
                ended.attempt(),
                ended.minerId());
        if (added == 1) {
            trust.learn(List.of(id));
        }
    }
}

package io.aitbc.poolhub.match;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.poolhub.miner.FleetMiner;
import io.aitbc.poolhub.miner.FleetView;
import io.aitbc.poolhub.usage.UsageEvents;
import io.aitbc.poolhub.usage.UsageFact;
import io.aitbc.poolhub.usage.UsageOutcome;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** How work ended: moves the miner's trust and writes the tenant's usage, all in one transaction. */
@Service
class Feedback {

    private static final UUID NAMESPACE = UUID.nameUUIDFromBytes("job-usage".getBytes(StandardCharsets.UTF_8));
    private static final BigDecimal NANOS_PER_HOUR = BigDecimal.valueOf(3_600_000_000_000L);
    private static final Duration LONGEST = Duration.ofDays(31);
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);
    private static final Duration OLDEST = Duration.ofDays(90);

    /** What came of it. */
    record Result(boolean isNew, @Nullable Trust trust) {}

    private final Outcomes outcomes;
    private final UsageEvents usage;
    private final FleetView fleet;
    private final TransactionTemplate transaction;
    private final AuditLog audit;
    private final Clock clock;

    Feedback(
            Outcomes outcomes,
            UsageEvents usage,
            FleetView fleet,
            TransactionTemplate transaction,
            AuditLog audit,
            Clock clock) {
        this.outcomes = outcomes;
        this.usage = usage;
        this.fleet = fleet;
        this.transaction = transaction;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Takes one report; the same report again changes nothing.
     *
     * @throws Problem 404 for an unknown miner, 409 when it contradicts an earlier report, 422 for impossible times
     */
    Result take(Caller caller, FeedbackRequest report) {
        Instant now = clock.instant();
        check(report, now);
        Result result = Objects.requireNonNull(transaction.execute(status -> store(caller, report, now)));
        Trust trust = result.trust();
        if (trust != null) {
            fleet.trust(
                    Objects.requireNonNull(report.minerId()),
                    trust.successes(),
                    trust.failures(),
                    Objects.requireNonNull(trust.at()));
        }
        return result;
    }

    private Result store(Caller caller, FeedbackRequest report, Instant now) {
        String minerId = Objects.requireNonNull(report.minerId());
        if (!outcomes.minerExists(minerId)) {
            throw Problem.notFound("unknown-miner", "There is no miner " + minerId + " here.");
        }
        if (outcomes.isPoolJob(Objects.requireNonNull(report.jobId()))) {
            throw Problem.conflict(
                    "pool-job", "This job runs on the pool: what became of it, and its usage, come from its miner.");
        }
        if (!outcomes.insert(report, now)) {
            if (!outcomes.isSame(report)) {
                throw Problem.conflict(
                        "outcome-known", "This job was reported for this miner before, with other content.");
            }
            return new Result(false, null);
        }
        boolean completed = Objects.requireNonNull(report.outcome()).isCompleted();
        Map<String, Trust> known = outcomes.trustForChange(List.of(minerId), now);
        Trust trust = Objects.requireNonNull(known.get(minerId)).after(completed, now);
        outcomes.save(Map.of(minerId, trust));
        if (completed || Boolean.TRUE.equals(report.billable())) {
            String model = fleet.find(minerId).map(FleetMiner::gpuName).orElse(null);
            // Failed work that is to be billed all the same is the tenant's own fault.
            UsageOutcome failed = completed ? null : UsageOutcome.USER_ERROR;
            usage.record(
                    facts(report).stream().map(fact -> fact.with(model, failed)).toList());
        }
        audit.record(caller, "match.feedback", Objects.requireNonNull(report.jobId()), null, report);
        return new Result(true, trust);
    }

    private static List<UsageFact> facts(FeedbackRequest report) {
        if (report.tenantId() == null || report.startedAt() == null || report.finishedAt() == null) {
            return List.of();
        }
        Duration run = Duration.between(report.startedAt(), report.finishedAt());
        BigDecimal nanos =
                BigDecimal.valueOf(run.getSeconds()).movePointRight(9).add(BigDecimal.valueOf(run.getNano()));
        BigDecimal hours = nanos.divide(NANOS_PER_HOUR, UsageFact.SCALE, RoundingMode.DOWN);
        int gpus = report.gpuCount() == null ? 1 : report.gpuCount();
        BigDecimal gpuHours =
                nanos.multiply(BigDecimal.valueOf(gpus)).divide(NANOS_PER_HOUR, UsageFact.SCALE, RoundingMode.DOWN);
        return List.of(
                fact(report, report.tenantId(), report.finishedAt(), "gpu_hours", gpuHours, Map.of("gpu_count", gpus)),
                fact(report, report.tenantId(), report.finishedAt(), "compute_hours", hours, Map.of()));
    }

    private static UsageFact fact(
            FeedbackRequest report,
            String tenantId,
            Instant finishedAt,
            String resource,
            BigDecimal quantity,
            Map<String, Object> metadata) {
        // A job, a miner, a resource: that names the fact, however often and by whom it is told.
        String name = report.jobId() + "/" + report.minerId() + "/" + resource;
        return new UsageFact(
                UuidCreator.getNameBasedSha1(NAMESPACE, name),
                tenantId,
                report.minerId(),
                report.jobId(),
                resource,
                quantity,
                null,
                finishedAt,
                report.startedAt(),
                finishedAt,
                metadata,
                "hub");
    }

    private static void check(FeedbackRequest report, Instant now) {
        Instant started = report.startedAt();
        Instant finished = report.finishedAt();
        if ((started == null) != (finished == null)) {
            throw Problem.unprocessable("bad-times", "Give both started_at and finished_at, or neither.");
        }
        if (started == null || finished == null) {
            return;
        }
        if (finished.isBefore(started)) {
            throw Problem.unprocessable("bad-times", "finished_at must not be before started_at.");
        }
        if (finished.isAfter(now.plus(CLOCK_TOLERANCE))) {
            throw Problem.unprocessable("bad-times", "finished_at is more than 5 minutes ahead; check the clock.");
        }
        if (finished.isBefore(now.minus(OLDEST))) {
            throw Problem.unprocessable("bad-times", "finished_at is more than 90 days ago; import it as history.");
        }
        if (started.isBefore(finished.minus(LONGEST))) {
            throw Problem.unprocessable("bad-times", "Work longer than 31 days must be reported in parts.");
        }
    }
}

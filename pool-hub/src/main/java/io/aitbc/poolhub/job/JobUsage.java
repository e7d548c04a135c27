package io.aitbc.poolhub.job;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.poolhub.usage.UsageFact;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What a run of a job used, in pieces that end at full hours of UTC. Pieces are named by job, attempt and beginning, so that
 * however often, in whatever parts and by whom they are written, together they are the run's time.
 */
final class JobUsage {

    private static final UUID NAMESPACE = UUID.nameUUIDFromBytes("pool-job-usage".getBytes(StandardCharsets.UTF_8));
    private static final BigDecimal NANOS_PER_HOUR = BigDecimal.valueOf(3_600_000_000_000L);

    private JobUsage() {}

    /** The facts of [from, to). */
    static List<UsageFact> between(
            String jobId, String tenantId, int attempt, String minerId, List<String> gpus, Instant from, Instant to) {
        List<UsageFact> facts = new ArrayList<>();
        Instant start = from;
        while (start.isBefore(to)) {
            Instant hour = start.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
            Instant end = hour.isBefore(to) ? hour : to;
            BigDecimal hours = hours(Duration.between(start, end));
            String piece = jobId + "/" + attempt + "/" + start;
            Map<String, Object> more = Map.of("gpu_count", gpus.size(), "attempt", attempt, "gpu_uuids", gpus);
            facts.add(fact(
                    piece,
                    tenantId,
                    minerId,
                    jobId,
                    "gpu_hours",
                    hours.multiply(BigDecimal.valueOf(gpus.size())),
                    start,
                    end,
                    more));
            facts.add(fact(
                    piece, tenantId, minerId, jobId, "compute_hours", hours, start, end, Map.of("attempt", attempt)));
            start = end;
        }
        return facts;
    }

    /** The call that submitted a job. */
    static UsageFact call(String jobId, String tenantId, Instant at) {
        return new UsageFact(
                UuidCreator.getNameBasedSha1(NAMESPACE, jobId + "/submitted"),
                tenantId,
                null,
                jobId,
                "api_calls",
                BigDecimal.ONE,
                null,
                at,
                null,
                null,
                Map.of("call", "job"),
                "hub");
    }

    private static UsageFact fact(
            String piece,
            String tenantId,
            String minerId,
            String jobId,
            String resource,
            BigDecimal quantity,
            Instant from,
            Instant to,
            Map<String, Object> metadata) {
        return new UsageFact(
                UuidCreator.getNameBasedSha1(NAMESPACE, piece + "/" + resource),
                tenantId,
                minerId,
                jobId,
                resource,
                quantity.setScale(UsageFact.SCALE, RoundingMode.DOWN),
                null,
                to,
                from,
                to,
                metadata,
                "hub");
    }

    private static BigDecimal hours(Duration run) {
        BigDecimal nanos =
                BigDecimal.valueOf(run.getSeconds()).movePointRight(9).add(BigDecimal.valueOf(run.getNano()));
        return nanos.divide(NANOS_PER_HOUR, 16, RoundingMode.DOWN);
    }
}

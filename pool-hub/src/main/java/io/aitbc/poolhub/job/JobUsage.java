package io.aitbc.poolhub.job;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.poolhub.usage.UsageFact;
import io.aitbc.poolhub.usage.UsageOutcome;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a run of a job used, in pieces that end at full hours of UTC, and apart for each model of its GPUs. Pieces are named by
 * job, attempt and beginning, so that however often, in whatever parts and by whom they are written, together they are the
 * run's time.
 */
final class JobUsage {

    private static final UUID NAMESPACE = UUID.nameUUIDFromBytes("pool-job-usage".getBytes(StandardCharsets.UTF_8));
    private static final BigDecimal NANOS_PER_HOUR = BigDecimal.valueOf(3_600_000_000_000L);

    /** A part of a run, and why it came to no good end; null when it did, or nobody is to blame. */
    record Part(Instant from, Instant to, @Nullable UsageOutcome outcome) {

        boolean holds(UsageFact fact) {
            return fact.outcome() == outcome
                    && fact.periodStart() != null
                    && !fact.periodStart().isBefore(from)
                    && fact.periodEnd() != null
                    && !fact.periodEnd().isAfter(to);
        }
    }

    /**
     * What is counted of a run: {@code (last − first) / of} for each hour that it runs.
     *
     * @param model of the GPUs; empty when it is not known
     * @param name what sets it apart from others of the same time
     */
    private record Measure(
            String resource, String model, String name, Map<String, Object> metadata, int first, int last, int of) {

        /** From one time of running to another. Rounded as sums from the beginning on, so that pieces add up to the whole. */
        BigDecimal between(Duration from, Duration to) {
            return until(to).subtract(until(from));
        }

        private BigDecimal until(Duration run) {
            return share(run, last).subtract(share(run, first));
        }

        private BigDecimal share(Duration run, int parts) {
            BigDecimal nanos =
                    BigDecimal.valueOf(run.getSeconds()).movePointRight(9).add(BigDecimal.valueOf(run.getNano()));
            return nanos.multiply(BigDecimal.valueOf(parts))
                    .divide(NANOS_PER_HOUR.multiply(BigDecimal.valueOf(of)), UsageFact.SCALE, RoundingMode.DOWN);
        }

        boolean counts(UsageFact fact) {
            return fact.resourceType().equals(resource)
                    && Objects.requireNonNullElse(fact.gpuModel(), "").equals(model);
        }
    }

    private final Job job;
    private final Attempt attempt;
    private final Instant startedAt;
    private final List<Measure> measures;
    private final List<UsageFact> facts = new ArrayList<>();
    private final Set<UUID> taken = new HashSet<>();

    private JobUsage(Job job, Attempt attempt, Instant startedAt) {
        this.job = job;
        this.attempt = attempt;
        this.startedAt = startedAt;
        this.measures = measures(attempt);
    }

    /** The facts of [from, to) of an attempt that still runs. */
    static List<UsageFact> going(Job job, Attempt attempt, Instant startedAt, Instant from, Instant to) {
        JobUsage usage = new JobUsage(job, attempt, startedAt);
        usage.measures.forEach(measure -> usage.fill(measure, new Part(from, to, null), from, to));
        return usage.facts;
    }

    /**
     * The facts that are missing when an attempt has ended: pieces that are not written yet, and for those that do not hold any
     * more, such that take them back and others in their place.
     *
     * @param parts all of the run's time, in order
     * @param written all that was written of the attempt before
     */
    static List<UsageFact> ended(
            Job job, Attempt attempt, Instant startedAt, List<Part> parts, Collection<UsageFact> written) {
        JobUsage usage = new JobUsage(job, attempt, startedAt);
        written.forEach(fact -> usage.taken.add(fact.eventId()));
        List<UsageFact> kept = usage.takeBack(parts, written);
        for (Measure measure : usage.measures) {
            List<UsageFact> counted = kept.stream().filter(measure::counts).toList();
            parts.forEach(part -> usage.complete(measure, part, counted));
        }
        return usage.facts;
    }

    /** The same facts with the id of the trace that the job belongs to, so that a charge can be followed back to the call. */
    static List<UsageFact> traced(List<UsageFact> facts, @Nullable String traceparent) {
        return traceparent == null
                ? facts
                : facts.stream()
                        .map(fact -> fact.withMetadata("trace_id", JobTraces.traceId(traceparent)))
                        .toList();
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

    /** Whether a fact is a piece of this attempt's. */
    static boolean isOf(Attempt attempt, UsageFact fact) {
        return Integer.valueOf(attempt.attempt()).equals(fact.metadata().get("attempt"));
    }

    /** Takes back what no part holds. Answers what is in force then, oldest first. */
    private List<UsageFact> takeBack(List<Part> parts, Collection<UsageFact> written) {
        Set<UUID> reversed = written.stream()
                .map(UsageFact::reverses)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        List<UsageFact> kept = new ArrayList<>();
        for (UsageFact fact : written) {
            if (fact.reverses() == null && !reversed.contains(fact.eventId())) {
                boolean holds = parts.stream().anyMatch(part -> part.holds(fact))
                        && measures.stream().anyMatch(measure -> measure.counts(fact));
                if (holds) {
                    kept.add(fact);
                } else {
                    facts.add(fact.takenBack());
                }
            }
        }
        return kept;
    }

    /** Fills what the pieces in force leave open of a part. */
    private void complete(Measure measure, Part part, List<UsageFact> kept) {
        Instant from = part.from();
        for (UsageFact piece : kept) {
            if (part.holds(piece) && piece.periodStart() != null && piece.periodEnd() != null) {
                fill(measure, part, from, piece.periodStart());
                from = piece.periodEnd();
            }
        }
        fill(measure, part, from, part.to());
    }

    private void fill(Measure measure, Part part, Instant from, Instant to) {
        Instant start = from;
        while (start.isBefore(to)) {
            Instant hour = start.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
            Instant end = hour.isBefore(to) ? hour : to;
            facts.add(fact(measure, part, start, end));
            start = end;
        }
    }

    private UsageFact fact(Measure measure, Part part, Instant from, Instant to) {
        UsageFact fact = new UsageFact(
                name(measure, from),
                job.tenantId(),
                attempt.minerId(),
                job.jobId(),
                measure.resource(),
                measure.between(Duration.between(startedAt, from), Duration.between(startedAt, to)),
                null,
                last(from, to),
                from,
                to,
                measure.metadata(),
                "hub");
        return fact.with(measure.model().isEmpty() ? null : measure.model(), part.outcome());
    }

    /** A piece occurred within itself: the one that ends with a month is billed in that month, not in the next. */
    private static Instant last(Instant from, Instant to) {
        Instant last = to.minus(1, ChronoUnit.MICROS);
        return last.isBefore(from) ? from : last;
    }

    /** A piece in the place of one that was taken back, which keeps its name, is named after it. */
    private UUID name(Measure measure, Instant from) {
        String piece = job.jobId() + "/" + attempt.attempt() + "/" + from + "/" + measure.name();
        UUID name = UuidCreator.getNameBasedSha1(NAMESPACE, piece);
        while (!taken.add(name)) {
            name = UuidCreator.getNameBasedSha1(name, "again");
        }
        return name;
    }

    /** GPU time of each model; and the run's time, to which each model has its share. */
    private static List<Measure> measures(Attempt attempt) {
        List<Measure> measures = new ArrayList<>();
        List<String> models = attempt.models();
        int all = attempt.gpuUuids().size();
        int before = 0;
        for (String model : models) {
            List<String> gpus = attempt.gpusOf(model);
            String set = models.size() == 1 ? "" : model + "/";
            Map<String, Object> told =
                    Map.of("gpu_count", gpus.size(), "attempt", attempt.attempt(), "gpu_uuids", gpus);
            measures.add(new Measure("gpu_hours", model, set + "gpu_hours", told, 0, gpus.size(), 1));
            measures.add(new Measure(
                    "compute_hours",
                    model,
                    set + "compute_hours",
                    Map.of("attempt", attempt.attempt()),
                    before,
                    before + gpus.size(),
                    all));
            before += gpus.size();
        }
        return measures;
    }
}

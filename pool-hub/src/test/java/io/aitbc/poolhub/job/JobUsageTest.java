package io.aitbc.poolhub.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.poolhub.job.JobUsage.Part;
import io.aitbc.poolhub.usage.UsageFact;
import io.aitbc.poolhub.usage.UsageOutcome;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** However a run was written, ended, believed again and ended otherwise: what is in force is its time, exactly. */
class JobUsageTest {

    private static final Instant START = Instant.parse("2026-04-22T10:17:23.456789Z");

    @Test
    void whateverIsWrittenInWhateverOrderAddsUpToTheRun() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Attempt attempt = attempt(random);
            Map<UUID, UsageFact> ledger = new HashMap<>();
            Instant accrued = START;
            for (int hour = random.nextInt(5); hour > 0; hour--) {
                Instant full = accrued.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
                write(ledger, JobUsage.going(job(), attempt, START, accrued, full));
                accrued = full;
            }
            for (int ending = 0; ending < 4; ending++) {
                List<Part> parts = parts(random, accrued);
                write(ledger, JobUsage.ended(job(), attempt, START, parts, inOrder(ledger)));
                check(seed, attempt, parts, ledger);
                assertThat(JobUsage.ended(job(), attempt, START, parts, inOrder(ledger)))
                        .as("the same end again, with seed %d", seed)
                        .isEmpty();
            }
        }
    }

    private static void check(long seed, Attempt attempt, List<Part> parts, Map<UUID, UsageFact> ledger) {
        Duration run = parts.isEmpty()
                ? Duration.ZERO
                : Duration.between(START, parts.get(parts.size() - 1).to());
        List<UsageFact> inForce = inOrder(ledger).stream()
                .filter(fact -> fact.reverses() == null)
                .filter(fact -> ledger.values().stream()
                        .noneMatch(other -> fact.eventId().equals(other.reverses())))
                .toList();
        BigDecimal compute = BigDecimal.ZERO;
        for (String model : attempt.models()) {
            List<UsageFact> gpu = of(inForce, "gpu_hours", model);
            assertThat(sum(gpu))
                    .as("seed %d", seed)
                    .isEqualByComparingTo(hours(run, attempt.gpusOf(model).size()));
            Instant at = START;
            for (UsageFact piece : gpu) {
                assertThat(piece.periodStart()).as("seed %d", seed).isEqualTo(at);
                at = Objects.requireNonNull(piece.periodEnd());
                assertThat(piece.occurredAt()).isBetween(Objects.requireNonNull(piece.periodStart()), at.minusNanos(1));
                assertThat(parts).as("seed %d", seed).anyMatch(part -> part.holds(piece));
                assertThat(Duration.between(piece.periodStart(), at)).isLessThanOrEqualTo(Duration.ofHours(1));
            }
            assertThat(Duration.between(START, at)).as("seed %d", seed).isEqualTo(run);
            compute = compute.add(sum(of(inForce, "compute_hours", model)));
        }
        assertThat(compute).as("seed %d", seed).isEqualByComparingTo(hours(run, 1));
        // What was taken back and what took it back is nothing together, hour by hour.
        for (UsageFact fact : ledger.values()) {
            if (fact.reverses() != null) {
                UsageFact original = Objects.requireNonNull(ledger.get(fact.reverses()), "what is taken back");
                assertThat(fact.quantity())
                        .isEqualByComparingTo(original.quantity().negate());
                assertThat(fact.occurredAt()).isEqualTo(original.occurredAt());
            }
        }
    }

    /** As the outbox does: a name that is known is known for ever; here that would be a mistake. */
    private static void write(Map<UUID, UsageFact> ledger, List<UsageFact> facts) {
        for (UsageFact fact : facts) {
            assertThat(ledger.put(fact.eventId(), fact)).as("a name twice").isNull();
        }
    }

    /** Up to three parts, the last of which ends after what is accrued, or sometimes before. */
    private static List<Part> parts(Random random, Instant accrued) {
        Instant end = random.nextInt(4) == 0
                ? START.plus(random.nextInt(4 * 3_600), ChronoUnit.SECONDS)
                : accrued.plus(1 + random.nextInt(9_000_000), ChronoUnit.MILLIS)
                        .plusNanos(1_000L * random.nextInt(1_000));
        List<Part> parts = new ArrayList<>();
        Instant from = START;
        while (from.isBefore(end)) {
            Instant to = parts.size() == 2 || random.nextBoolean()
                    ? end
                    : from.plus(1 + random.nextInt(7_200), ChronoUnit.SECONDS);
            UsageOutcome[] all = UsageOutcome.values();
            int outcome = random.nextInt(all.length + 1);
            parts.add(new Part(from, to.isAfter(end) ? end : to, outcome == all.length ? null : all[outcome]));
            from = to;
        }
        return parts;
    }

    private static Attempt attempt(Random random) {
        List<String> gpus = new ArrayList<>();
        List<String> models = new ArrayList<>();
        int several = random.nextInt(3);
        for (int gpu = 0; gpu <= random.nextInt(8); gpu++) {
            gpus.add("GPU-" + gpu);
            models.add(several == 0 ? "H100" : List.of("H100", "A100", "").get(random.nextInt(3)));
        }
        return new Attempt(
                "j",
                1,
                "m",
                gpus,
                models,
                0,
                Attempt.State.RUNNING,
                START,
                START,
                START,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private static Job job() {
        return new Job(
                "j",
                "t",
                JobState.RUNNING,
                1,
                0,
                null,
                null,
                List.of(),
                null,
                0,
                true,
                3_600,
                3_600,
                1,
                "{}",
                1,
                0,
                0,
                START,
                START,
                0,
                START,
                null,
                0,
                false,
                null,
                null,
                null,
                null);
    }

    private static List<UsageFact> inOrder(Map<UUID, UsageFact> ledger) {
        return ledger.values().stream()
                .sorted(Comparator.comparing(UsageFact::occurredAt).thenComparing(UsageFact::eventId))
                .toList();
    }

    private static List<UsageFact> of(List<UsageFact> facts, String resource, String model) {
        return facts.stream()
                .filter(fact -> fact.resourceType().equals(resource))
                .filter(fact -> model.equals(fact.gpuModel() == null ? "" : fact.gpuModel()))
                .toList();
    }

    private static BigDecimal sum(List<UsageFact> facts) {
        return facts.stream().map(UsageFact::quantity).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal hours(Duration run, int gpus) {
        return BigDecimal.valueOf(run.toNanos())
                .multiply(BigDecimal.valueOf(gpus))
                .divide(BigDecimal.valueOf(3_600_000_000_000L), 8, RoundingMode.DOWN);
    }
}

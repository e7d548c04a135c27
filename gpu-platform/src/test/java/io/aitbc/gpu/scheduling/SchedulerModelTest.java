package io.aitbc.gpu.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.scheduling.Decision.Place;
import io.aitbc.gpu.scheduling.Decision.Preempt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever happens in whatever order, what must never be is not: the scheduler against the plainest bookkeeping. */
class SchedulerModelTest {

    private static final Instant T0 = Instant.parse("2026-03-01T00:00:00Z");
    private static final GpuState[] STATES = GpuState.values();

    /** Who uses which GPU, told by the decisions alone. */
    private static final class Model {
        private final Map<String, GpuSlot> gpus = new HashMap<>();
        private final Map<String, String> userOf = new HashMap<>();
        private final Map<String, JobRequest> known = new HashMap<>();
        private final Map<String, Instant> submitted = new HashMap<>();
        private final Set<String> waiting = new HashSet<>();
        private final Map<String, List<String>> running = new HashMap<>();
        private final Set<String> stopping = new HashSet<>();

        void apply(Decision decision) {
            if (decision instanceof Preempt preempt) {
                assertThat(running).containsKey(preempt.jobId());
                assertThat(stopping.add(preempt.jobId())).as("told once").isTrue();
                return;
            }
            Place place = (Place) decision;
            JobRequest job = Objects.requireNonNull(known.get(place.jobId()));
            assertThat(waiting.remove(place.jobId())).as("waited").isTrue();
            assertThat(place.gpuUuids()).as("whole").hasSize(job.gpus()).doesNotHaveDuplicates();
            Set<String> nodes = new HashSet<>();
            for (String uuid : place.gpuUuids()) {
                GpuSlot gpu = Objects.requireNonNull(gpus.get(uuid));
                assertThat(userOf.putIfAbsent(uuid, job.id())).as("given twice").isNull();
                assertThat(gpu.state().takesWork()).as("well").isTrue();
                assertThat(gpu.critical()).isFalse();
                assertThat(gpu.risk()).isLessThan(0.8);
                assertThat(gpu.memoryMib()).isGreaterThanOrEqualTo(job.memoryMib());
                if (gpu.state() == GpuState.PROBATION) {
                    assertThat(job.preemptible() && job.expected().compareTo(Duration.ofHours(1)) <= 0)
                            .isTrue();
                }
                nodes.add(gpu.node());
            }
            assertThat(job.acrossNodes() || nodes.size() == 1).isTrue();
            running.put(job.id(), place.gpuUuids());
        }

        void free(String jobId) {
            List<String> uuids = running.remove(jobId);
            if (uuids != null) {
                uuids.forEach(uuid -> userOf.remove(uuid, jobId));
            }
            stopping.remove(jobId);
        }

        void check(Counts counts) {
            assertThat(counts.gpus()).isEqualTo(gpus.size());
            assertThat(counts.pending()).isEqualTo(waiting.size());
            assertThat(counts.running()).isEqualTo(running.size());
            assertThat((long) counts.allocated())
                    .isEqualTo(
                            userOf.keySet().stream().filter(gpus::containsKey).count());
            assertThat((long) counts.sellable())
                    .isEqualTo(
                            gpus.values().stream().filter(GpuSlot::isSellable).count());
        }
    }

    @Property(tries = 300)
    void nothingIsEverGivenTwiceOrInPartsOrSick(@ForAll long seed) {
        Random random = new Random(seed);
        Scheduler scheduler = new Scheduler(Policy.standard());
        Model model = new Model();
        Instant now = T0;
        for (int step = 0; step < 250; step++) {
            now = now.plusSeconds(random.nextInt(600));
            step(random, scheduler, model, step, now);
            if (random.nextInt(3) == 0) {
                scheduler.schedule(now).forEach(model::apply);
            }
            model.check(scheduler.counts());
        }
        everybodyGetsTheirTurn(random, scheduler, model, now);
    }

    private static void step(Random random, Scheduler scheduler, Model model, int step, Instant now) {
        switch (random.nextInt(9)) {
            case 0, 1 -> {
                String node = "n" + random.nextInt(6);
                GpuSlot gpu = GpuSlot.healthy(
                                node + "-" + random.nextInt(8), node, "A100", 40_000L * (1 + random.nextInt(2)))
                        .at(random.nextInt(2), random.nextInt(2));
                model.gpus.put(gpu.uuid(), gpu);
                scheduler.put(gpu);
            }
            case 2 ->
                pick(random, model.gpus.keySet()).ifPresent(uuid -> {
                    GpuSlot changed = Objects.requireNonNull(model.gpus.get(uuid))
                            .in(
                                    STATES[random.nextInt(STATES.length)],
                                    random.nextInt(8) == 0,
                                    random.nextInt(100) / 100.0);
                    model.gpus.put(uuid, changed);
                    scheduler.put(changed);
                });
            case 3, 4 -> submit(random, scheduler, model, "j" + step, now);
            case 5, 6 ->
                pick(random, model.running.keySet()).ifPresent(id -> {
                    scheduler.ended(id, random.nextInt(4) == 0 ? Outcome.FAILED : Outcome.COMPLETED, now);
                    model.free(id);
                });
            case 7 ->
                pick(random, model.stopping).ifPresent(id -> {
                    scheduler.stopped(id, now, Duration.ofSeconds(1));
                    model.free(id);
                    model.waiting.add(id);
                });
            default -> cancelOrLose(random, scheduler, model, now);
        }
    }

    private static void cancelOrLose(Random random, Scheduler scheduler, Model model, Instant now) {
        if (random.nextBoolean()) {
            pick(random, model.waiting).ifPresent(id -> {
                scheduler.ended(id, Outcome.CANCELLED, now);
                model.waiting.remove(id);
            });
        } else if (random.nextInt(4) == 0) {
            pick(random, model.gpus.keySet()).ifPresent(uuid -> {
                scheduler.remove(uuid);
                model.gpus.remove(uuid);
                model.userOf.remove(uuid);
            });
        } else {
            pick(random, model.running.keySet())
                    .flatMap(id -> scheduler.preemptJob(id, "its GPU is not well"))
                    .ifPresent(model::apply);
        }
    }

    private static void submit(Random random, Scheduler scheduler, Model model, String id, Instant now) {
        JobRequest job = new JobRequest(
                id,
                "t" + random.nextInt(3),
                random.nextInt(101),
                1 + random.nextInt(random.nextInt(4) == 0 ? 8 : 2),
                random.nextInt(3) * 40_000L,
                null,
                Duration.ofMinutes(1 + random.nextInt(180)),
                random.nextInt(4) != 0,
                random.nextInt(6) == 0,
                Set.of());
        model.known.put(id, job);
        model.submitted.put(id, now);
        model.waiting.add(id);
        assertThat(scheduler.submit(job, now)).isTrue();
    }

    /** When jobs end, and rivals of the highest priority keep coming, who can run at all does run. */
    private static void everybodyGetsTheirTurn(Random random, Scheduler scheduler, Model model, Instant from) {
        Instant now = from;
        for (int i = 0; i < 8; i++) {
            GpuSlot gpu = GpuSlot.healthy("last-" + i, "last", "A100", 80_000);
            model.gpus.put(gpu.uuid(), gpu);
            scheduler.put(gpu);
        }
        Set<String> mustRun = new HashSet<>(model.waiting);
        for (int round = 0; round < 2_000 && !mustRun.isEmpty(); round++) {
            now = now.plus(Duration.ofMinutes(10));
            String rival = "rival" + round;
            submit(random, scheduler, model, rival, now);
            for (String id : new ArrayList<>(model.stopping)) {
                scheduler.stopped(id, now, Duration.ZERO);
                model.free(id);
                model.waiting.add(id);
            }
            List<String> running = new ArrayList<>(model.running.keySet());
            for (int i = 0; i < running.size(); i++) {
                if (random.nextInt(2) == 0) {
                    scheduler.ended(running.get(i), Outcome.COMPLETED, now);
                    model.free(running.get(i));
                    mustRun.remove(running.get(i));
                }
            }
            scheduler.schedule(now).forEach(model::apply);
        }
        assertThat(mustRun).as("starved").isEmpty();
    }

    private static Optional<String> pick(Random random, Set<String> of) {
        if (of.isEmpty()) {
            return Optional.empty();
        }
        List<String> sorted = of.stream().sorted().toList();
        return Optional.of(sorted.get(random.nextInt(sorted.size())));
    }
}

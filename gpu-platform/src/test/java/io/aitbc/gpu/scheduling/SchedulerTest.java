package io.aitbc.gpu.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.scheduling.Decision.Place;
import io.aitbc.gpu.scheduling.Decision.Preempt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who gets which GPUs. */
class SchedulerTest {

    private static final Instant T0 = Instant.parse("2026-03-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMinutes(10);

    private final Scheduler scheduler = new Scheduler(Policy.standard());

    @Test
    void aJobGetsTheGpuThatWastesLeastMemory() {
        scheduler.put(GpuSlot.healthy("big", "n1", "NVIDIA H200", 143_771));
        scheduler.put(GpuSlot.healthy("fits", "n2", "NVIDIA L40S", 46_068));
        scheduler.put(GpuSlot.healthy("small", "n3", "NVIDIA GeForce RTX 4090", 24_564));
        scheduler.submit(needs("a", 40_000, null), T0);
        assertThat(placed(T0)).containsExactly("a on fits");
    }

    @Test
    void theModelIsAskedForByAnyPartOfItsNameAndInAnyCase() {
        scheduler.put(GpuSlot.healthy("g1", "n1", "NVIDIA L40S", 46_068));
        scheduler.put(GpuSlot.healthy("g2", "n2", "NVIDIA H100 80GB HBM3", 81_559));
        scheduler.submit(needs("a", 0, "h100"), T0);
        assertThat(placed(T0)).containsExactly("a on g2");
    }

    @Test
    void aGangStaysOnOneIslandWhenOneIsLargeEnough() {
        for (int i = 0; i < 8; i++) {
            scheduler.put(GpuSlot.healthy("g" + i, "n1", "A100", 80_000).at(i / 4, i / 4));
        }
        scheduler.submit(JobRequest.of("one", 50, 1, HOUR), T0);
        assertThat(placed(T0)).containsExactly("one on g0");
        scheduler.submit(JobRequest.of("four", 50, 4, HOUR), T0);
        Place four = (Place) scheduler.schedule(T0).get(0);
        assertThat(four.gpuUuids()).containsExactly("g4", "g5", "g6", "g7");
        assertThat(four.local()).isTrue();
        scheduler.submit(JobRequest.of("three", 50, 3, HOUR), T0);
        assertThat(((Place) scheduler.schedule(T0).get(0)).gpuUuids()).containsExactlyInAnyOrder("g1", "g2", "g3");
    }

    @Test
    void aSingleJobLeavesWholeIslandsWhole() {
        for (int i = 0; i < 8; i++) {
            scheduler.put(GpuSlot.healthy("g" + i, "n1", "A100", 80_000).at(i / 4, i / 4));
        }
        scheduler.submit(JobRequest.of("a", 50, 2, HOUR), T0);
        scheduler.schedule(T0);
        scheduler.submit(JobRequest.of("b", 50, 1, HOUR), T0);
        assertThat(placed(T0)).containsExactly("b on g2");
    }

    @Test
    void aGangGetsAllOrNothing() {
        gpus("n1", 3);
        gpus("n2", 3);
        scheduler.submit(JobRequest.of("four", 50, 4, HOUR), T0);
        assertThat(scheduler.schedule(T0)).isEmpty();
        assertThat(scheduler.counts().allocated()).isZero();
        assertThat(scheduler.whyWaiting("four"))
                .contains("it needs 4 GPUs of one machine; the most that suit it are 3");
        JobRequest wide = new JobRequest("wide", "t", 50, 5, 0, null, HOUR, true, true, Set.of());
        scheduler.submit(wide, T0);
        Place place = (Place) scheduler.schedule(T0).get(0);
        assertThat(place.gpuUuids()).hasSize(5).doesNotHaveDuplicates();
        assertThat(place.nodes()).hasSize(2);
    }

    @Test
    void whatIsNotWellGetsNothing() {
        for (GpuState state : GpuState.values()) {
            scheduler.put(
                    GpuSlot.healthy("g-" + state, "n-" + state, "A100", 80_000).in(state, false, 0));
        }
        scheduler.put(GpuSlot.healthy("critical", "n-critical", "A100", 80_000).in(GpuState.HEALTHY, true, 0));
        scheduler.put(GpuSlot.healthy("doomed", "n-doomed", "A100", 80_000).in(GpuState.HEALTHY, false, 0.8));
        for (int i = 0; i < 9; i++) {
            scheduler.submit(JobRequest.of("j" + i, 50, 1, SHORT), T0);
        }
        assertThat(placed(T0)).hasSize(3).allMatch(text -> text.matches(".* on g-(HEALTHY|DEGRADED|PROBATION)"));
        assertThat(scheduler.counts()).isEqualTo(new Counts(9, 3, 3, 1, 6, 3));
    }

    @Test
    void aGpuOnProbationGetsOnlyShortPreemptibleWork() {
        scheduler.put(GpuSlot.healthy("p", "n1", "A100", 80_000).in(GpuState.PROBATION, false, 0));
        scheduler.submit(JobRequest.of("long", 50, 1, Duration.ofHours(5)), T0);
        scheduler.submit(new JobRequest("firm", "t", 50, 1, 0, null, SHORT, false, false, Set.of()), T0);
        assertThat(placed(T0)).isEmpty();
        scheduler.submit(JobRequest.of("short", 1, 1, SHORT), T0);
        assertThat(placed(T0)).containsExactly("short on p");
    }

    @Test
    void aLongGangAvoidsSuspectsAndAShortJobTakesThem() {
        scheduler.put(GpuSlot.healthy("a", "n1", "A100", 80_000).in(GpuState.HEALTHY, false, 0.6));
        scheduler.put(GpuSlot.healthy("b", "n1", "A100", 80_000));
        scheduler.submit(JobRequest.of("gang", 50, 2, HOUR), T0);
        assertThat(placed(T0)).isEmpty();
        scheduler.submit(JobRequest.of("brief", 50, 2, SHORT), T0);
        assertThat(placed(T0)).containsExactly("brief on b+a");
    }

    @Test
    void theSounderGpuIsTakenFirst() {
        scheduler.put(GpuSlot.healthy("a", "n1", "A100", 80_000).in(GpuState.HEALTHY, false, 0.3));
        scheduler.put(GpuSlot.healthy("b", "n2", "A100", 80_000));
        scheduler.submit(JobRequest.of("x", 50, 1, HOUR), T0);
        assertThat(placed(T0)).containsExactly("x on b");
    }

    @Test
    void nobodyBehindABlockedJobIsHeldUp() {
        gpus("n1", 2);
        scheduler.submit(JobRequest.of("huge", 90, 8, HOUR), T0);
        scheduler.submit(JobRequest.of("small", 10, 1, HOUR), T0);
        assertThat(placed(T0)).hasSize(1).first().asString().startsWith("small");
    }

    @Test
    void whoWaitsGainsPriority() {
        gpus("n1", 1);
        scheduler.submit(JobRequest.of("running", 50, 1, HOUR), T0);
        scheduler.schedule(T0);
        scheduler.submit(JobRequest.of("old", 40, 1, SHORT), T0);
        scheduler.submit(JobRequest.of("new", 45, 1, SHORT), T0.plus(Duration.ofMinutes(26)));
        scheduler.ended("running", Outcome.COMPLETED, T0.plus(Duration.ofMinutes(26)));
        // 26 min of waiting are worth 5.2 priorities, one of the other's 5 more than it has.
        assertThat(placed(T0.plus(Duration.ofMinutes(26)))).containsExactly("old on n1-0");
    }

    @Test
    void aLargeGangIsNotStarvedByAStreamOfSmallJobs() {
        gpus("n1", 4);
        for (int i = 0; i < 4; i++) {
            scheduler.submit(JobRequest.of("s" + i, 50, 1, SHORT), T0);
        }
        scheduler.schedule(T0);
        scheduler.submit(JobRequest.of("gang", 50, 4, HOUR), T0);
        Instant now = T0;
        int next = 4;
        boolean started = false;
        // One small job ends every 3 minutes, and another is there at once with a higher priority.
        while (!started && now.isBefore(T0.plus(Duration.ofHours(4)))) {
            now = now.plus(Duration.ofMinutes(3));
            String oldest = scheduler.running().iterator().next().job().id();
            scheduler.ended(oldest, Outcome.COMPLETED, now);
            scheduler.submit(JobRequest.of("s" + next++, 59, 1, SHORT), now);
            started = scheduler.schedule(now).stream()
                    .anyMatch(decision -> decision.jobId().equals("gang"));
        }
        assertThat(Duration.between(T0, now)).isLessThan(Duration.ofMinutes(80));
    }

    @Test
    void theCheapestVictimsAreStoppedAndGoOnLaterWithWhatTheyHaveDone() {
        gpus("n1", 2);
        gpus("n2", 2);
        scheduler.submit(JobRequest.of("low-old", 10, 2, HOUR), T0);
        scheduler.schedule(T0);
        Instant later = T0.plus(Duration.ofMinutes(30));
        scheduler.submit(JobRequest.of("low-new", 10, 2, HOUR), later);
        scheduler.schedule(later);
        Instant now = later.plusSeconds(60);
        scheduler.submit(JobRequest.of("urgent", 90, 2, HOUR), now);
        List<Decision> decisions = scheduler.schedule(now);
        assertThat(decisions).containsExactly(new Preempt("low-new", "urgent", "a job of priority 90 needs its GPUs"));
        assertThat(scheduler.schedule(now)).as("asked once").isEmpty();
        scheduler.submit(JobRequest.of("thief", 80, 2, HOUR), now);
        scheduler.stopped("low-new", now.plusSeconds(5), Duration.ofSeconds(61));
        List<Decision> next = scheduler.schedule(now.plusSeconds(5));
        assertThat(next).extracting(Decision::jobId).startsWith("urgent");
        scheduler.ended("urgent", Outcome.COMPLETED, now.plus(HOUR));
        scheduler.ended("thief", Outcome.CANCELLED, now.plus(HOUR));
        scheduler.stopped("low-old", now.plus(HOUR), Duration.ZERO);
        scheduler.schedule(now.plus(HOUR));
        assertThat(scheduler.running("low-new").orElseThrow().done()).isEqualTo(Duration.ofSeconds(61));
    }

    @Test
    void aStoppedJobDoesNotOvertakeACriticalOne() {
        gpus("n1", 1);
        scheduler.submit(JobRequest.of("low", 10, 1, HOUR), T0);
        scheduler.schedule(T0);
        scheduler.submit(JobRequest.of("critical", 100, 1, HOUR), T0.plusSeconds(60));
        scheduler.schedule(T0.plusSeconds(60));
        scheduler.stopped("low", T0.plusSeconds(62), Duration.ZERO);
        assertThat(placed(T0.plusSeconds(62))).containsExactly("critical on n1-0");
    }

    @Test
    void neitherEqualsNorFirmJobsAreStopped() {
        gpus("n1", 1);
        gpus("n2", 1);
        scheduler.submit(new JobRequest("firm", "t", 0, 1, 0, null, HOUR, false, false, Set.of()), T0);
        scheduler.submit(JobRequest.of("near", 85, 1, HOUR), T0);
        scheduler.schedule(T0);
        scheduler.submit(JobRequest.of("urgent", 90, 1, HOUR), T0);
        assertThat(scheduler.schedule(T0)).isEmpty();
    }

    @Test
    void whoWaitedForLongIsNotStoppedAgain() {
        gpus("n1", 1);
        scheduler.submit(JobRequest.of("first", 50, 1, HOUR), T0);
        scheduler.schedule(T0);
        scheduler.submit(JobRequest.of("patient", 0, 1, HOUR), T0);
        Instant now = T0.plus(Duration.ofMinutes(61));
        scheduler.ended("first", Outcome.COMPLETED, now);
        scheduler.schedule(now);
        scheduler.submit(JobRequest.of("urgent", 100, 1, HOUR), now);
        assertThat(scheduler.schedule(now)).isEmpty();
        assertThat(scheduler.running("patient")).isPresent();
    }

    @Test
    void aGpuThatGoesBadIsNotGivenAgainWhenItsJobFails() {
        gpus("n1", 1);
        scheduler.submit(JobRequest.of("a", 50, 1, HOUR), T0);
        scheduler.schedule(T0);
        scheduler.put(GpuSlot.healthy("n1-0", "n1", "A100", 80_000).in(GpuState.QUARANTINED, true, 1));
        assertThat(scheduler.preemptJob("a", "quarantined")).isPresent();
        assertThat(scheduler.preemptJob("a", "quarantined")).as("told already").isEmpty();
        scheduler.ended("a", Outcome.FAILED, T0.plusSeconds(9));
        scheduler.submit(JobRequest.of("b", 50, 1, HOUR), T0.plusSeconds(9));
        assertThat(scheduler.schedule(T0.plusSeconds(9))).isEmpty();
        assertThat(scheduler.counts().headroom()).isZero();
    }

    @Test
    void aMachineOnWhichJobAfterJobFailsGetsNoMore() {
        gpus("hole", 1);
        Instant now = T0;
        for (int i = 0; i < BlackHoles.FAILURES; i++) {
            scheduler.submit(JobRequest.of("j" + i, 50, 1, HOUR), now);
            assertThat(placed(now)).hasSize(1);
            now = now.plusSeconds(20);
            scheduler.ended("j" + i, Outcome.FAILED, now);
        }
        assertThat(scheduler.blackHoles(now)).containsExactly("hole");
        scheduler.submit(JobRequest.of("next", 50, 1, HOUR), now);
        assertThat(placed(now)).isEmpty();
        Instant later = now.plus(BlackHoles.FIRST_PAUSE).plusSeconds(1);
        assertThat(placed(later)).containsExactly("next on hole-0");
        scheduler.ended("next", Outcome.COMPLETED, later);
        assertThat(scheduler.blackHoles(later)).isEmpty();
    }

    @Test
    void aJobThatFailsEverywhereMakesNoBlackHoles() {
        for (int i = 0; i < 5; i++) {
            gpus("n" + i, 1);
        }
        Instant now = T0;
        for (int i = 0; i < 20; i++) {
            scheduler.submit(JobRequest.of("broken", 50, 1, HOUR), now);
            assertThat(placed(now)).hasSize(1);
            now = now.plusSeconds(20);
            scheduler.ended("broken", Outcome.FAILED, now);
        }
        assertThat(scheduler.blackHoles(now)).isEmpty();
    }

    @Test
    void machinesAreChosenByTheirLabels() {
        gpus("n1", 1);
        gpus("n2", 1);
        scheduler.label("n2", Set.of("region=eu", "net=fast"));
        scheduler.submit(new JobRequest("a", "t", 5, 1, 0, null, HOUR, true, false, Set.of("region=eu")), T0);
        scheduler.submit(new JobRequest("b", "t", 5, 1, 0, null, HOUR, true, false, Set.of("region=us")), T0);
        assertThat(placed(T0)).containsExactly("a on n2-0");
    }

    @Test
    void theSameJobTwiceIsOneJob() {
        gpus("n1", 2);
        assertThat(scheduler.submit(JobRequest.of("a", 5, 1, HOUR), T0)).isTrue();
        assertThat(scheduler.submit(JobRequest.of("a", 5, 1, HOUR), T0)).isFalse();
        scheduler.schedule(T0);
        assertThat(scheduler.submit(JobRequest.of("a", 5, 1, HOUR), T0)).isFalse();
        assertThat(scheduler.ended("unknown", Outcome.COMPLETED, T0)).isFalse();
    }

    @Test
    void aHostGoesOnAfterARestart() {
        gpus("n1", 2);
        JobRequest job = JobRequest.of("a", 5, 1, HOUR);
        scheduler.restore(new Running(job, List.of("n1-0"), T0, Duration.ZERO, Duration.ZERO, false));
        scheduler.submit(JobRequest.of("b", 5, 1, HOUR), T0);
        assertThat(placed(T0)).containsExactly("b on n1-1");
        Running twice =
                new Running(JobRequest.of("c", 5, 1, HOUR), List.of("n1-0"), T0, Duration.ZERO, Duration.ZERO, false);
        assertThatThrownBy(() -> scheduler.restore(twice)).hasMessage("GPU n1-0 of job c belongs to job a");
    }

    @Test
    void spreadingTakesTheEmptiestMachine() {
        Policy standard = Policy.standard();
        Scheduler spreading = new Scheduler(new Policy(
                true,
                standard.aging(),
                standard.patience(),
                standard.preemptionGap(),
                standard.riskLimit(),
                standard.suspectRisk(),
                standard.longJob(),
                standard.probationLongest(),
                standard.weights()));
        for (int i = 0; i < 4; i++) {
            spreading.put(GpuSlot.healthy("a" + i, "n1", "A100", 80_000));
            spreading.put(GpuSlot.healthy("b" + i, "n2", "A100", 80_000));
        }
        spreading.submit(JobRequest.of("one", 5, 1, HOUR), T0);
        spreading.submit(JobRequest.of("two", 5, 1, HOUR), T0);
        Set<String> nodes = Set.copyOf(spreading.schedule(T0).stream()
                .map(decision -> ((Place) decision).nodes().get(0))
                .toList());
        assertThat(nodes).containsExactlyInAnyOrder("n1", "n2");
    }

    @Test
    void nonsenseIsRefusedByName() {
        assertThatThrownBy(() -> JobRequest.of("a", 101, 1, HOUR))
                .hasMessage("priority must be within 0..100, was 101");
        assertThatThrownBy(() -> JobRequest.of("a", 1, 0, HOUR)).hasMessage("gpus must be within 1..1024, was 0");
        assertThatThrownBy(() -> JobRequest.of("a", 1, 1, Duration.ZERO)).hasMessageContaining("expected");
        assertThatThrownBy(() -> GpuSlot.healthy("g", "n", "m", 1).in(GpuState.HEALTHY, false, Double.NaN))
                .hasMessage("risk must be within 0..1, was NaN");
    }

    private void gpus(String node, int count) {
        for (int i = 0; i < count; i++) {
            scheduler.put(GpuSlot.healthy(node + "-" + i, node, "A100", 80_000));
        }
    }

    private static JobRequest needs(String id, long memoryMib, @Nullable String model) {
        return new JobRequest(id, "t", 50, 1, memoryMib, model, HOUR, true, false, Set.of());
    }

    private List<String> placed(Instant now) {
        return scheduler.schedule(now).stream()
                .filter(Place.class::isInstance)
                .map(decision -> decision.jobId() + " on " + String.join("+", ((Place) decision).gpuUuids()))
                .toList();
    }
}

package io.aitbc.poolhub.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aitbc.capacity.ClassState;
import io.aitbc.poolhub.job.WaitingWork.Kind;
import io.aitbc.poolhub.miner.Enrollment;
import io.aitbc.poolhub.miner.FleetMiner;
import io.aitbc.poolhub.miner.FleetMiner.Work;
import io.aitbc.poolhub.miner.MinerState;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What counts as capacity, and what as demand. */
class PoolCountTest {

    private static final Instant NOW = Instant.parse("2026-04-22T12:00:00Z");

    @Test
    void nobodyIsThere() {
        PoolCount count = PoolCount.of(List.of(), List.of(), NOW);
        assertThat(count.total().capacity()).isZero();
        assertThat(count.total().demandPct()).isZero();
        assertThat(count.utilizationPct()).isZero();
        assertThat(count.classes()).isEmpty();
    }

    @Test
    void slotsOfMinersThatWorkAreCapacityAndTheOthersAreNot() {
        Miner up = new Miner("H100", 8);
        Miner dead = new Miner("H100", 8);
        dead.downAfter = NOW.minusSeconds(1);
        Miner resting = new Miner("H100", 8);
        resting.maintenance = List.of(new FleetMiner.Window(NOW.minusSeconds(60), NOW.plusSeconds(60)));
        Miner leaving = new Miner("H100", 8);
        leaving.draining = true;
        Miner sick = new Miner("H100", 8);
        sick.gpusOut = 6;
        Miner stranger = new Miner("H100", 8);
        stranger.enrollment = Enrollment.PENDING;
        PoolCount count = count(List.of(), up, dead, resting, leaving, sick, stranger);
        assertThat(count.totalMiners()).isEqualTo(5);
        assertThat(count.activeMiners()).isEqualTo(2);
        assertThat(count.total().capacity()).isEqualTo(8 + 2);
        assertThat(count.total().miners()).isEqualTo(2);
        assertThat(count.total().largestMiner()).isEqualTo(8);
        assertThat(count.total().typicalMiner()).isEqualTo(8);
    }

    @Test
    void runningWorkTakesTheSlotsOfItsGpusAndOtherWorkOneEach() {
        Miner shared = new Miner("A100", 4);
        shared.maxParallel = 8;
        shared.work = new Work(3, 2, 1, 2, 3);
        PoolCount count = count(List.of(), shared);
        assertThat(count.total().running()).isEqualTo(3 * 2 + 2);
        assertThat(count.utilizationPct()).isEqualTo(100);
    }

    @Test
    void workOfADeadMinerIsStillWantedUntilItIsTakenFromIt() {
        Miner dead = new Miner("A100", 4);
        dead.downAfter = NOW.minusSeconds(1);
        dead.work = new Work(2, 1, 1, 1, 3);
        PoolCount count = count(List.of(), dead);
        assertThat(count.total().running()).isEqualTo(3);
        assertThat(count.total().capacity()).isZero();
        assertThat(count.total().demandPct()).isGreaterThan(1_000);
        assertThat(count.utilizationPct()).isEqualTo(100);
    }

    @Test
    void waitingJobsAreSharedAmongTheClassesThatCanRunThemBySize() {
        PoolCount count = count(
                List.of(new Kind(null, 0, 3, 2, 6), new Kind("h1", 0, 8, 1, 8), new Kind(null, 60, 4, 1, 4)),
                new Miner("H100", 8),
                new Miner("T4", 4, 16.0));
        // Any GPU: 6 as 8 to 4; named: 8; with 60 GiB: only the H100 has that.
        assertThat(queued(count, "H100")).isCloseTo(4 + 8 + 4, within(1e-9));
        assertThat(queued(count, "T4")).isCloseTo(2, within(1e-9));
        assertThat(count.total().queued()).isCloseTo(18, within(1e-9));
        assertThat(count.queueLength()).isEqualTo(4);
        assertThat(count.unplaceableGpus()).isZero();
    }

    @Test
    void whatNobodyCouldEverRunIsToldApartAndMovesNothing() {
        PoolCount count = count(
                List.of(
                        new Kind("b200", 0, 1, 1, 1_000),
                        new Kind(null, 99_999, 8, 1, 8),
                        new Kind("h100", 0, 16, 1, 16)),
                new Miner("H100", 8));
        assertThat(count.total().queued()).isZero();
        assertThat(count.unplaceableGpus()).isEqualTo(1_024);
        assertThat(count.queueLength()).isEqualTo(3);
    }

    @Test
    void figuresBeyondAllMeasureStopNothing() {
        Miner absurd = new Miner("H100", 1);
        absurd.maxParallel = 100_000;
        absurd.queueLen = Integer.MAX_VALUE;
        PoolCount count = count(
                List.of(new Kind(null, 0, 1, 1_000_000, 1_000_000_000), new Kind(null, 1, 1, Integer.MAX_VALUE, 1)),
                absurd,
                absurd);
        assertThat(count.total().queued()).isEqualTo(1e9);
        assertThat(count.queueLength()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void ofVeryManyModelsTheSmallestAreCountedTogether() {
        Miner[] miners = IntStream.range(0, 150)
                .mapToObj(i -> new Miner("model-" + i, i + 1))
                .toArray(Miner[]::new);
        PoolCount count = count(List.of(), miners);
        assertThat(count.classes()).hasSize(101).containsKeys("model-149", "model-50", "other");
        assertThat(count.classes()).doesNotContainKey("model-49");
        assertThat(count.classes().values().stream()
                        .mapToDouble(ClassState::capacity)
                        .sum())
                .isEqualTo(count.total().capacity());
    }

    @Test
    void aMinerWithoutAModelIsOfTheUnknownClass() {
        assertThat(count(List.of(), new Miner(null, 2), new Miner("  ", 2)).classes())
                .containsOnlyKeys("unknown");
    }

    private static double queued(PoolCount count, String gpuClass) {
        return Objects.requireNonNull(count.classes().get(gpuClass)).queued();
    }

    private static PoolCount count(List<Kind> waiting, Miner... miners) {
        return PoolCount.of(java.util.Arrays.stream(miners).map(Miner::made).toList(), waiting, NOW);
    }

    private static final class Miner {
        private final @Nullable String gpuName;
        private final int gpus;
        private final double vram;
        private int maxParallel;
        private Enrollment enrollment = Enrollment.APPROVED;
        private Instant downAfter = NOW.plusSeconds(60);
        private int gpusOut;
        private int queueLen;
        private Work work = Work.NONE;
        private List<FleetMiner.Window> maintenance = List.of();
        private boolean draining;

        Miner(@Nullable String gpuName, int gpus) {
            this(gpuName, gpus, 80);
        }

        Miner(@Nullable String gpuName, int gpus, double vram) {
            this.gpuName = gpuName;
            this.gpus = gpus;
            this.vram = vram;
            this.maxParallel = gpus;
        }

        FleetMiner made() {
            return new FleetMiner(
                    "m",
                    enrollment,
                    MinerState.UP,
                    downAfter,
                    null,
                    null,
                    gpuName,
                    vram,
                    gpus,
                    gpusOut,
                    null,
                    maxParallel,
                    BigDecimal.ONE,
                    Set.of(),
                    null,
                    work,
                    queueLen,
                    null,
                    0,
                    0,
                    null,
                    maintenance,
                    draining);
        }
    }
}

package io.aitbc.poolhub.miner;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.poolhub.miner.FleetSearch.Column;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FleetSearchTest {

    private static final Instant NOW = Instant.parse("2026-04-22T12:00:00Z");

    @Test
    void everyOrderGoesThroughAllOnceAndInOrder() {
        List<FleetMiner> fleet = fleet(1_000);
        for (Column column : Column.values()) {
            for (boolean descending : new boolean[] {false, true}) {
                List<FleetMiner> seen = walk(fleet, "", column, descending, 37);
                assertThat(seen).as(column + " " + descending).hasSize(1_000).doesNotHaveDuplicates();
                if (column == Column.PRICE) {
                    Comparator<FleetMiner> order =
                            Comparator.comparing(FleetMiner::price).thenComparing(FleetMiner::minerId);
                    assertThat(seen).isSortedAccordingTo(descending ? order.reversed() : order);
                }
            }
        }
    }

    @Test
    void aTextIsLookedForInAllThatOneKnowsAMinerBy() {
        List<FleetMiner> fleet = fleet(1_000);

        assertThat(walk(fleet, "M-000007", Column.MINER, false, 50)).hasSize(1);
        assertThat(walk(fleet, " h100 ", Column.MINER, false, 50)).hasSize(500);
        assertThat(walk(fleet, "EU-W", Column.MINER, false, 50)).hasSize(334);
        assertThat(walk(fleet, "fp8", Column.MINER, false, 50)).hasSize(1_000);
        assertThat(walk(fleet, "nobody", Column.MINER, false, 50)).isEmpty();
    }

    @Test
    void silentMinersAreDownAndSortedSo() {
        List<FleetMiner> fleet = fleet(1_000);

        FleetSearch.Found down =
                new FleetSearch("", MinerState.DOWN, Column.MINER, false, null, 10).in(fleet, NOW.plusSeconds(100));

        assertThat(down.matches()).isEqualTo(1_000);
        assertThat(new FleetSearch("", MinerState.DOWN, Column.MINER, false, null, 10)
                        .in(fleet, NOW)
                        .matches())
                .isZero();
    }

    @Test
    void aHundredThousandTakeLessThanAPageMay() {
        List<FleetMiner> fleet = fleet(100_000);
        var thread = ManagementFactory.getThreadMXBean();
        FleetSearch search = new FleetSearch("eu-w", null, Column.PRICE, true, null, 50);
        long best = Long.MAX_VALUE;
        int matches = 0;
        for (int i = 0; i < 10; i++) {
            // Of the processor's time, which others cannot take away.
            long begun = thread.getCurrentThreadCpuTime();
            matches = search.in(fleet, NOW).matches();
            best = Math.min(best, thread.getCurrentThreadCpuTime() - begun);
        }

        Duration took = Duration.ofNanos(best);
        System.out.printf("a search through 100,000 miners: %d ms%n", took.toMillis());
        assertThat(matches).isEqualTo(33_334);
        assertThat(took).isLessThan(Duration.ofMillis(150));
    }

    private static List<FleetMiner> walk(
            List<FleetMiner> fleet, String text, Column column, boolean descending, int limit) {
        List<FleetMiner> seen = new ArrayList<>();
        String cursor = null;
        do {
            FleetSearch.Found found = new FleetSearch(text, null, column, descending, cursor, limit).in(fleet, NOW);
            assertThat(found.miners()).hasSizeLessThanOrEqualTo(limit);
            seen.addAll(found.miners());
            cursor = found.next();
        } while (cursor != null);
        return seen;
    }

    private static List<FleetMiner> fleet(int size) {
        List<FleetMiner> fleet = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            fleet.add(new FleetMiner(
                    "m-%06d".formatted(i),
                    Enrollment.APPROVED,
                    i % 5 == 0 ? MinerState.DEGRADED : MinerState.UP,
                    NOW.plusSeconds(1 + i % 60),
                    "10.0.0.1:9000",
                    "grpc",
                    i % 2 == 0 ? "NVIDIA H100" : "NVIDIA A100",
                    80.0,
                    8,
                    0,
                    512.0,
                    8,
                    BigDecimal.valueOf(i % 7, 1),
                    Set.of("cuda", "fp8"),
                    i % 3 == 0 ? "eu-west" : null,
                    FleetMiner.Work.NONE,
                    0,
                    12.0,
                    1,
                    0,
                    NOW,
                    List.of(),
                    false));
        }
        Collections.shuffle(fleet, new Random(1));
        return fleet;
    }
}

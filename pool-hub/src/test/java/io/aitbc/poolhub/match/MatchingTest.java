package io.aitbc.poolhub.match;

import static io.aitbc.poolhub.match.SomeMiner.NOW;
import static io.aitbc.poolhub.match.SomeMiner.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.aitbc.poolhub.miner.Enrollment;
import io.aitbc.poolhub.miner.FleetMiner;
import io.aitbc.poolhub.miner.MinerState;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MatchingTest {

    private static final MatchSettings WEIGHTS = new MatchSettings(.40, .20, .20, .15, .05);

    @Test
    void everyHardFilterHasItsReasonAndTheyAddUp() {
        List<FleetMiner> fleet = new ArrayList<>();
        fleet.add(with("fits", m -> {}));
        fleet.add(with("pending", m -> m.enrollment = Enrollment.PENDING));
        fleet.add(with("draining", m -> m.enrollment = Enrollment.DRAINING));
        fleet.add(with("leaving", m -> m.draining = true));
        fleet.add(with("down", m -> m.state = MinerState.DOWN));
        fleet.add(with("silent", m -> m.downAfter = NOW));
        fleet.add(with("unknown", m -> m.state = MinerState.UNKNOWN));
        fleet.add(with("serviced", m -> m.maintenance = List.of(new FleetMiner.Window(NOW, NOW.plusSeconds(1)))));
        fleet.add(with("full", m -> m.jobs = 4));
        fleet.add(with("few", m -> m.gpus = 1));
        fleet.add(with("leased", m -> m.gpusLeased = 3));
        fleet.add(with("all leased", m -> m.gpusLeased = 4));
        fleet.add(with("given four jobs", m -> m.poolJobs = 4));
        fleet.add(with("sick", m -> m.gpusOut = 4));
        fleet.add(with("other", m -> m.gpuName = "T4"));
        fleet.add(with("unnamed", m -> m.gpuName = null));
        fleet.add(with("small", m -> m.vram = 39.9));
        fleet.add(with("unstated", m -> m.vram = null));
        fleet.add(with("forgetful", m -> m.ram = 63.0));
        fleet.add(with("simple", m -> m.capabilities = Set.of("cuda")));
        fleet.add(with("dear", m -> m.price = "2.00000001"));
        JobNeeds needs = needs(
                new JobNeeds.Requirements(40.0, 64.0, 2, "a100", List.of("cuda", "rocm"), List.of("fp16")),
                new JobNeeds.Hints("eu", new BigDecimal("2")),
                50);

        Search.Found result = match(fleet, needs, new Random(1));

        assertThat(ids(result)).containsExactly("fits");
        assertThat(result.rejected())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("not_approved", 2),
                        Map.entry("offline", 3),
                        Map.entry("draining", 1),
                        Map.entry("maintenance", 1),
                        Map.entry("no_free_slot", 3),
                        Map.entry("no_healthy_gpu", 1),
                        Map.entry("gpu_count", 2),
                        Map.entry("gpu_name", 2),
                        Map.entry("vram", 2),
                        Map.entry("ram", 1),
                        Map.entry("capabilities", 1),
                        Map.entry("price", 1)));
        assertThat(result.accepted()
                        + result.rejected().values().stream().mapToInt(n -> n).sum())
                .isEqualTo(fleet.size());
    }

    @Test
    void thePriceIsSeenWithinThoseThatFit() {
        List<FleetMiner> fleet = List.of(
                with("cheap", m -> m.price = "1"),
                with("middle", m -> m.price = "2"),
                with("dear", m -> m.price = "3"),
                with("cheap but down", m -> {
                    m.price = "0";
                    m.state = MinerState.DOWN;
                }));
        Search.Found result = match(fleet, anything(5), new Random(1));
        assertThat(ids(result)).containsExactly("cheap", "middle", "dear");
        assertThat(result.candidates().stream().map(c -> c.explain().price())).containsExactly(1.0, 0.5, 0.0);
    }

    @Test
    void theScoreIsTheWeighedSumOfPartsThatAreEach0To1() {
        Candidate one = match(List.of(with("one", m -> m.jobs = 1)), anything(1), new Random(1))
                .candidates()
                .get(0);
        Candidate.Parts parts = one.explain();
        assertThat(List.of(parts.capability(), parts.price(), parts.latency(), parts.trust(), parts.load()))
                .allSatisfy(part -> assertThat(part).isBetween(0.0, 1.0));
        assertThat(parts.load()).isEqualTo(0.75);
        assertThat(one.score())
                .isEqualTo(
                        .40 * parts.capability()
                                + .20 * parts.price()
                                + .20 * parts.latency()
                                + .15 * parts.trust()
                                + .05 * parts.load(),
                        offset(1e-12));
    }

    @Test
    void aRegionIsPreferredNotDemanded() {
        List<FleetMiner> fleet = List.of(with("here", m -> m.region = "us"), with("there", m -> m.region = "eu"));
        JobNeeds needs = needs(JobNeeds.Requirements.NONE, new JobNeeds.Hints("us", null), 5);
        assertThat(ids(match(fleet, needs, new Random(1)))).containsExactly("here", "there");
    }

    @Test
    void aNewcomerIsInTheMiddleAndNobodyIsAtAnEnd() {
        assertThat(new Trust(0, 0, null).meanAt(NOW)).isEqualTo(0.5);
        assertThat(new Trust(1_000_000, 0, NOW).meanAt(NOW)).isBetween(0.99, 0.9999999);
        assertThat(new Trust(0, 1_000_000, NOW).meanAt(NOW)).isBetween(0.0000001, 0.01);
    }

    @Test
    void anOutcomeLosesHalfItsWeightInAWeek() {
        Trust good = new Trust(8, 0, NOW.minus(Duration.ofDays(7)));
        assertThat(good.meanAt(NOW)).isEqualTo((2 + 4) / (4 + 4.0), offset(1e-12));
        assertThat(good.after(false, NOW)).isEqualTo(new Trust(4, 1, NOW));
        assertThat(good.meanAt(NOW.plus(Duration.ofDays(3650)))).isEqualTo(0.5, offset(1e-9));
    }

    @Test
    void tiesAreSpreadSoThatNobodyIsStampeded() {
        List<FleetMiner> fleet = List.of(
                with("a", m -> m.eta = 100.0),
                with("b", m -> m.eta = 100.5),
                with("c", m -> m.eta = 101.0),
                with("far", m -> m.eta = 5_000.0));
        Map<String, Integer> chosen = new HashMap<>();
        Random random = new Random(7);
        for (int i = 0; i < 3_000; i++) {
            chosen.merge(ids(match(fleet, anything(1), random)).get(0), 1, Integer::sum);
        }
        assertThat(chosen).containsOnlyKeys("a", "b", "c");
        assertThat(chosen.values()).allSatisfy(times -> assertThat(times).isBetween(850, 1_150));
    }

    @Test
    void noMoreThanAskedForAndNobodyWhenNobodyFits() {
        List<FleetMiner> fleet = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            fleet.add(with("m" + i, m -> {}));
        }
        assertThat(match(fleet, anything(50), new Random(1)).candidates()).hasSize(50);
        assertThat(match(List.of(), anything(50), new Random(1)).candidates()).isEmpty();
    }

    @Test
    void weightsThatDoNotAddUpStopTheStart() {
        assertThatThrownBy(() -> new MatchSettings(.40, .20, .20, .15, .04))
                .hasMessageContaining("POOLHUB_MATCH_WEIGHT_CAPABILITY")
                .hasMessageContaining("must add up to 1");
        assertThatThrownBy(() -> new MatchSettings(1.40, -.40, 0, 0, 0))
                .hasMessage("POOLHUB_MATCH_WEIGHT_CAPABILITY must be within 0..1, was 1.4");
    }

    private static Search.Found match(List<FleetMiner> fleet, JobNeeds needs, Random spread) {
        Map<String, FleetMiner> byId = new HashMap<>();
        fleet.forEach(miner -> byId.put(miner.minerId(), miner));
        FleetIndex index = new FleetIndex(byId::get, () -> NOW, new Scoring(WEIGHTS));
        index.update(byId.keySet());
        return index.find(needs, spread);
    }

    private static JobNeeds anything(int topK) {
        return needs(JobNeeds.Requirements.NONE, JobNeeds.Hints.NONE, topK);
    }

    private static JobNeeds needs(JobNeeds.Requirements requirements, JobNeeds.Hints hints, int topK) {
        return new JobNeeds("job-1", null, requirements, hints, topK);
    }

    private static List<String> ids(Search.Found result) {
        return result.candidates().stream().map(Candidate::minerId).toList();
    }
}

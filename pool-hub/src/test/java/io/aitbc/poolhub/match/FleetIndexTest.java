package io.aitbc.poolhub.match;

import static io.aitbc.poolhub.match.SomeMiner.NOW;
import static io.aitbc.poolhub.match.SomeMiner.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.aitbc.poolhub.miner.Enrollment;
import io.aitbc.poolhub.miner.FleetMiner;
import io.aitbc.poolhub.miner.MinerState;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The index against {@link PlainMatching}, over histories of a fleet. */
class FleetIndexTest {

    private static final MatchSettings WEIGHTS = new MatchSettings(.40, .20, .20, .15, .05);
    private static final List<String> GPUS = List.of("NVIDIA A100", "NVIDIA H100", "RTX 4090");
    private static final List<Set<String>> SKILLS =
            List.of(Set.of(), Set.of("cuda"), Set.of("cuda", "fp16"), Set.of("llm", "cuda"));

    private final Map<String, FleetMiner> fleet = new HashMap<>();
    private Instant time = NOW;
    private final FleetIndex index = new FleetIndex(fleet::get, () -> time, new Scoring(WEIGHTS));
    private final PlainMatching plain = new PlainMatching(WEIGHTS);

    @Property(tries = 150)
    void itFindsWhatAPlainLookAtEveryMinerFinds(@ForAll long seed) {
        new FleetIndexTest().history(seed);
    }

    private void history(long seed) {
        Random random = new Random(seed);
        int miners = 1 + random.nextInt(random.nextInt(4) == 0 ? 2_000 : 200);
        // Of few prices and machines, so that many are alike, or of as many as there are miners.
        boolean alike = random.nextBoolean();
        Instant now = NOW;
        for (int step = 0; step < 12; step++) {
            int changes = step == 0 ? miners : random.nextInt(1 + miners / 4);
            Set<String> changed = new HashSet<>();
            for (int i = 0; i < changes; i++) {
                String id = "m" + (step == 0 ? i : random.nextInt(miners));
                changed.add(id);
                if (random.nextInt(12) == 0) {
                    fleet.remove(id);
                } else {
                    fleet.put(id, any(id, random, now, alike));
                }
            }
            time = now;
            index.update(changed);
            compare(needs(random, alike), now, random);
            // Now and then the clock is set back.
            now = now.plusSeconds(random.nextInt(40) - (random.nextInt(5) == 0 ? 60 : 0));
            compare(needs(random, alike), now, random);
        }
    }

    private void compare(JobNeeds needs, Instant now, Random random) {
        PlainMatching.Result expected = plain.match(fleet.values(), needs, now);
        time = now;
        Search.Found found = index.find(needs, random);
        assertThat(found.rejected()).isEqualTo(expected.rejected());
        assertThat(found.accepted()).isEqualTo(expected.ranked().size());
        assertThat(found.candidates())
                .hasSize(Math.min(needs.wanted(), expected.ranked().size()));
        Map<String, Integer> rankOf = new HashMap<>();
        for (int i = 0; i < expected.ranked().size(); i++) {
            rankOf.put(expected.ranked().get(i).minerId(), i);
        }
        Set<String> once = new HashSet<>();
        for (int i = 0; i < found.candidates().size(); i++) {
            Candidate candidate = found.candidates().get(i);
            assertThat(once.add(candidate.minerId())).isTrue();
            int rank = Objects.requireNonNull(rankOf.get(candidate.minerId()));
            assertThat(expected.runs().get(rank)).isEqualTo(expected.runs().get(i));
            assertThat(candidate.score()).isEqualTo(expected.ranked().get(rank).score(), offset(1e-12));
        }
    }

    private static FleetMiner any(String id, Random random, Instant now, boolean alike) {
        return with(id, m -> {
            m.enrollment = random.nextInt(20) == 0 ? Enrollment.DRAINING : Enrollment.APPROVED;
            m.state = random.nextInt(20) == 0 ? MinerState.DOWN : MinerState.UP;
            m.downAfter = now.plusSeconds(random.nextInt(120));
            m.gpuName = random.nextInt(15) == 0 ? null : GPUS.get(random.nextInt(GPUS.size()));
            m.vram = random.nextInt(15) == 0 ? null : alike ? 80.0 : 10 + random.nextInt(90);
            m.ram = random.nextInt(15) == 0 ? null : alike ? 256.0 : 10 + random.nextInt(900) / 3.0;
            m.gpus = 1 + random.nextInt(4);
            m.gpusOut = random.nextInt(5) == 0 ? 1 : 0;
            m.gpusLeased = random.nextInt(4) == 0 ? 1 : 0;
            m.price = alike
                    ? "1." + random.nextInt(3)
                    : BigDecimal.valueOf(random.nextInt(300_000_000), 8).toPlainString();
            m.capabilities = SKILLS.get(random.nextInt(SKILLS.size()));
            m.region = List.of("eu", "us", "ap").get(random.nextInt(3));
            m.jobs = random.nextInt(5);
            m.eta = alike && random.nextBoolean() ? null : random.nextDouble() * 500;
            m.successes = alike ? 0 : random.nextInt(20);
            m.failures = alike ? 0 : random.nextInt(20);
            m.trustAt = now;
            m.draining = random.nextInt(20) == 0;
            Instant start = now.plusSeconds(random.nextInt(60) - 30);
            m.maintenance = random.nextInt(10) == 0
                    ? List.of(new FleetMiner.Window(start, start.plusSeconds(1 + random.nextInt(60))))
                    : List.of();
        });
    }

    private JobNeeds needs(Random random, boolean alike) {
        // Often exactly what some miner has: that is where one too many or too few is counted.
        List<FleetMiner> some = new ArrayList<>(fleet.values());
        @Nullable FleetMiner edge = some.isEmpty() ? null : some.get(random.nextInt(some.size()));
        Double ram = edge == null ? null : edge.ramGb();
        Double vram = edge == null ? null : edge.vramGb();
        JobNeeds.Requirements requirements = new JobNeeds.Requirements(
                random.nextInt(3) == 0 ? vram : null,
                random.nextInt(3) == 0 ? ram : null,
                random.nextInt(3) == 0 ? random.nextInt(4) : null,
                random.nextInt(4) == 0 ? List.of("a100", "RTX", "").get(random.nextInt(3)) : null,
                random.nextInt(4) == 0 ? List.of("llm", "fp16") : null,
                random.nextInt(4) == 0 ? List.of("cuda") : null);
        JobNeeds.Hints hints = new JobNeeds.Hints(
                random.nextBoolean() ? "eu" : null, random.nextInt(3) == 0 && edge != null ? edge.price() : null);
        return new JobNeeds("job", null, requirements, hints, 1 + random.nextInt(alike ? 50 : 5));
    }

    @Test
    void amongThousandsOfTheSameEachGetsItsTurn() {
        int miners = 3_000;
        IntStream.range(0, miners).forEach(i -> fleet.put("m" + i, with("m" + i, m -> {})));
        index.update(fleet.keySet());
        JobNeeds needs = new JobNeeds("job", null, null, null, 1);
        Random random = new Random(5);
        Map<String, Integer> chosen = new HashMap<>();
        for (int i = 0; i < 30_000; i++) {
            chosen.merge(index.find(needs, random).candidates().get(0).minerId(), 1, Integer::sum);
        }
        assertThat(chosen).hasSizeGreaterThan(miners * 99 / 100);
        assertThat(chosen.values()).allMatch(times -> times < 40);
    }

    @Test
    void aPriceThatDiffersBeyondADoubleIsStillABound() {
        fleet.put("at", with("at", m -> m.price = "999999999999.00000001"));
        fleet.put("above", with("above", m -> m.price = "999999999999.00000002"));
        index.update(fleet.keySet());
        JobNeeds needs =
                new JobNeeds("job", null, null, new JobNeeds.Hints(null, new BigDecimal("999999999999.00000001")), 5);
        assertThat(index.find(needs, new Random(1)).candidates())
                .extracting(Candidate::minerId)
                .containsExactly("at");
    }

    @Test
    void whatOnlyTimeChangesIsNoticedToTheInstant() {
        fleet.put("m", with("m", m -> {
            m.downAfter = NOW.plusSeconds(60);
            m.maintenance = List.of(new FleetMiner.Window(NOW.plusSeconds(10), NOW.plusSeconds(20)));
        }));
        index.update(fleet.keySet());
        assertThat(rejectedAt(NOW.plusMillis(9_999))).isEmpty();
        assertThat(rejectedAt(NOW.plusSeconds(10))).containsOnlyKeys("maintenance");
        assertThat(rejectedAt(NOW.plusMillis(19_999))).containsOnlyKeys("maintenance");
        assertThat(rejectedAt(NOW.plusSeconds(20))).isEmpty();
        assertThat(rejectedAt(NOW.plusMillis(59_999))).isEmpty();
        assertThat(rejectedAt(NOW.plusSeconds(60))).containsOnlyKeys("offline");
    }

    @Test
    void whatMinersOnceSaidIsForgotten() {
        for (int i = 0; i < 3_000; i++) {
            String skill = "skill-" + i;
            fleet.put("m", with("m", m -> m.capabilities = Set.of(skill)));
            index.update(fleet.keySet());
        }
        assertThat(index.words()).isLessThan(200);
        assertThat(index.find(new JobNeeds("job", null, null, null, 1), new Random(1))
                        .candidates())
                .hasSize(1);
    }

    private Map<String, Integer> rejectedAt(Instant now) {
        time = now;
        return index.find(new JobNeeds("job", null, null, null, 1), new Random(1))
                .rejected();
    }
}

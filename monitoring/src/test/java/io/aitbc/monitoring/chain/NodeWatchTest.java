package io.aitbc.monitoring.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.testsupport.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class NodeWatchTest {

    private static final Instant NOON = Instant.parse("2026-04-22T12:00:00Z");

    private final MutableClock clock = new MutableClock(NOON);
    private final FakeChain chain = new FakeChain(5);
    private final NodeWatch watch = new NodeWatch("dev", chain, new ChainSettings("", 2, 5), clock);

    private String metrics() {
        return Exposition.text(watch.metrics());
    }

    private void pollIn(Duration time) {
        clock.advance(time);
        watch.poll();
    }

    @Test
    void aNodeThatAnswersIsUpAndToldOf() {
        watch.poll();
        assertThat(metrics())
                .contains(
                        "chain_up{node=\"dev\"} 1.0",
                        "block_height{node=\"dev\"} 4.0",
                        "chain_peers{node=\"dev\"} 3.0",
                        "block_transactions_count{node=\"dev\"} 0",
                        "chain_reorgs_total{node=\"dev\"} 0.0")
                .as("the node does not tell")
                .doesNotContain("block_processing", "block_validation");
    }

    @Test
    void beforeTheFirstAnswerAndWithoutOneOnlyThatIsSaid() {
        String down = """
                # HELP chain_up Whether the node answers as it should
                # TYPE chain_up gauge
                chain_up{node="dev"} 0.0
                """;
        assertThat(metrics()).isEqualTo(down);
        watch.poll();
        chain.isAway = true;
        pollIn(Duration.ofSeconds(2));
        assertThat(metrics()).isEqualTo(down);
        chain.isAway = false;
        pollIn(Duration.ofSeconds(2));
        assertThat(metrics()).contains("chain_up{node=\"dev\"} 1.0", "block_height");
    }

    @Test
    void whatIsTooOldIsNotShownEvenIfNobodyAsksAnyMore() {
        watch.poll();
        clock.advance(Duration.ofSeconds(9));
        assertThat(metrics()).contains("chain_up{node=\"dev\"} 1.0");
        clock.advance(Duration.ofSeconds(1));
        assertThat(metrics()).contains("chain_up{node=\"dev\"} 0.0").doesNotContain("block_height");
    }

    @Test
    void propagationIsFromABlocksTimestampToWhenItWasFirstSeen() {
        watch.poll();
        chain.mine(1, NOON.plusMillis(500), 7).mine(1, NOON.plusMillis(1700), 0);
        pollIn(Duration.ofSeconds(2));
        assertThat(metrics())
                .contains(
                        "block_propagation_duration_seconds_bucket{node=\"dev\",le=\"0.5\"} 1",
                        "block_propagation_duration_seconds_bucket{node=\"dev\",le=\"1.0\"} 1",
                        "block_propagation_duration_seconds_bucket{node=\"dev\",le=\"2.0\"} 2",
                        "block_propagation_duration_seconds_sum{node=\"dev\"} 1.8",
                        "block_transactions_bucket{node=\"dev\",le=\"0.0\"} 1",
                        "block_transactions_sum{node=\"dev\"} 7.0",
                        "block_transactions_count{node=\"dev\"} 2",
                        "block_height{node=\"dev\"} 6.0");
    }

    @Test
    void aClockAheadOfOursCountsAsZeroAndIsCounted() {
        watch.poll();
        chain.mine(1, NOON.plusSeconds(60), 0);
        pollIn(Duration.ofSeconds(2));
        assertThat(metrics())
                .contains(
                        "block_propagation_duration_seconds_bucket{node=\"dev\",le=\"0.1\"} 1",
                        "block_propagation_duration_seconds_sum{node=\"dev\"} 0.0",
                        "block_timestamps_ahead_total{node=\"dev\"} 1.0");
    }

    @Test
    void ofBlocksThatCameWhileTheNodeWasAwayNobodyKnowsWhen() {
        watch.poll();
        chain.isAway = true;
        pollIn(Duration.ofSeconds(2));
        chain.isAway = false;
        chain.mine(3, NOON, 1);
        pollIn(Duration.ofMinutes(5));
        assertThat(metrics())
                .contains(
                        "block_propagation_duration_seconds_count{node=\"dev\"} 0",
                        "block_transactions_count{node=\"dev\"} 3");
        chain.mine(1, clock.instant(), 1);
        pollIn(Duration.ofSeconds(2));
        assertThat(metrics()).contains("block_propagation_duration_seconds_count{node=\"dev\"} 1");
    }

    @Test
    void reorganisationsAndResetsAreCounted() {
        watch.poll();
        chain.cutTo(4).mine(2, NOON, 0);
        pollIn(Duration.ofSeconds(2));
        assertThat(metrics()).contains("chain_reorgs_total{node=\"dev\"} 1.0", "chain_resets_total{node=\"dev\"} 0.0");
        chain.cutTo(0).mine(1, NOON, 0);
        pollIn(Duration.ofSeconds(2));
        assertThat(metrics()).contains("chain_resets_total{node=\"dev\"} 1.0", "block_height{node=\"dev\"} 0.0");
    }

    @Test
    void whatTheNodeTellsOfItsWorkIsShown() {
        watch.poll();
        chain.add(new Block(5, "told", chain.blocks().get(4).hash(), NOON, 2, 0.3, 0.02));
        pollIn(Duration.ofSeconds(2));
        assertThat(metrics())
                .contains(
                        "block_processing_duration_seconds_bucket{node=\"dev\",le=\"0.1\"} 0",
                        "block_processing_duration_seconds_bucket{node=\"dev\",le=\"0.5\"} 1",
                        "block_validation_duration_seconds_bucket{node=\"dev\",le=\"0.05\"} 1");
    }

    @Test
    void peersThatAreNotToldAreNotShown() {
        chain.peers = OptionalLong.empty();
        watch.poll();
        assertThat(metrics()).contains("chain_up{node=\"dev\"} 1.0").doesNotContain("chain_peers");
    }
}

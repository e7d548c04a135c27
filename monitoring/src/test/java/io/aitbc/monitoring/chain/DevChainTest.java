package io.aitbc.monitoring.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.monitoring.RealPrometheus;
import io.aitbc.monitoring.RunningMonitoring;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The chain exporter against a real dev chain. */
class DevChainTest extends RunningMonitoring {

    private static final int PORT = RealPrometheus.freePort();
    private static final DevChain CHAIN = new DevChain(PORT);

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("CHAIN_NODES", () -> "dev=ethereum:http://127.0.0.1:" + PORT + ",gone=aitbc:http://127.0.0.1:1");
        registry.add("CHAIN_POLL_SECONDS", () -> "1");
    }

    @BeforeAll
    static void start() {
        DevChain.assumeInstalled();
        CHAIN.start();
    }

    @AfterAll
    static void stop() {
        CHAIN.close();
    }

    private List<String> samples(String node) {
        return Arrays.stream(
                        get(VIEWER, "/metrics/chain/" + node).response().body().split("\n"))
                .filter(line -> !line.startsWith("#"))
                .toList();
    }

    private double sample(String name) {
        return samples("dev").stream()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static void soon(ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(assertion);
    }

    @Test
    void aDevChainIsWatchedThroughBlocksReorganisationDeathAndReturn() throws Exception {
        soon(() -> assertThat(sample("chain_up")).isEqualTo(1));
        assertThat(sample("block_height")).isZero();
        assertThat(sample("chain_peers"))
                .as("a dev chain has none, and says so")
                .isZero();
        assertThat(samples("gone")).containsExactly("chain_up{node=\"gone\"} 0.0");

        CHAIN.mine(3);
        CHAIN.mine(0);
        CHAIN.mine(1);
        soon(() -> assertThat(sample("block_height")).isEqualTo(3));
        soon(() -> assertThat(sample("block_transactions_count")).isEqualTo(3));
        assertThat(sample("block_transactions_sum")).isEqualTo(4);
        assertThat(samples("dev")).contains("block_transactions_bucket{node=\"dev\",le=\"1.0\"} 2");
        assertThat(sample("block_propagation_duration_seconds_count")).isEqualTo(3);
        assertThat(sample("block_propagation_duration_seconds_sum"))
                .as("its timestamps are whole seconds, and it is asked each second")
                .isBetween(0.0, 3 * 3.0);
        assertThat(samples("dev")).noneMatch(line -> line.startsWith("block_processing"));

        String before = CHAIN.call("evm_snapshot").path("result").toString();
        CHAIN.mine(0);
        soon(() -> assertThat(sample("block_height")).isEqualTo(4));
        CHAIN.call("evm_revert", before);
        soon(() -> assertThat(sample("block_height")).isEqualTo(3));
        assertThat(sample("chain_reorgs_total"))
                .as("it went back; nothing took a block's place")
                .isZero();
        CHAIN.mine(2);
        CHAIN.mine(0);
        soon(() -> assertThat(sample("block_height")).isEqualTo(5));
        assertThat(sample("chain_reorgs_total")).isEqualTo(1);
        assertThat(sample("block_transactions_count")).isEqualTo(6);

        CHAIN.kill();
        soon(() -> assertThat(samples("dev")).containsExactly("chain_up{node=\"dev\"} 0.0"));

        CHAIN.start();
        soon(() -> assertThat(sample("chain_up")).isEqualTo(1));
        assertThat(sample("block_height")).as("a new chain").isZero();
        assertThat(sample("chain_resets_total")).isEqualTo(1);
        assertThat(sample("block_transactions_count"))
                .as("what was counted stays")
                .isEqualTo(6);
    }

    @Test
    void anUnknownNodeIsNotFound() {
        Answer answer = get(VIEWER, "/metrics/chain/other");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.problem()).isEqualTo("node-not-found");
        assertThat(get(VIEWER, "/metrics/chain/a%00b").status()).isIn(400, 404);
    }
}

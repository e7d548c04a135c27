package io.aitbc.monitoring.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NodeAddressTest {

    @Test
    void nodesAreNamedWithTheirDialects() {
        assertThat(NodeAddress.parse(" dev=ethereum:http://localhost:8545/ , main=AITBC:https://node/rpc,"))
                .containsExactly(
                        new NodeAddress("dev", Dialect.ETHEREUM, URI.create("http://localhost:8545")),
                        new NodeAddress("main", Dialect.AITBC, URI.create("https://node/rpc")));
        assertThat(NodeAddress.parse("")).isEmpty();
    }

    @Test
    void whatCannotBeReadIsRefusedByNameAndWithoutItsSecret() {
        refused("dev", "CHAIN_NODES must be name=dialect:url, such as");
        refused("dev=http", "CHAIN_NODES must be name=dialect:url, such as");
        refused("d v=ethereum:http://a", "CHAIN_NODES must name nodes by 1 to 64 letters");
        refused("dev=bitcoin:http://a", "CHAIN_NODES must say ethereum or aitbc for dev, said 'bitcoin'");
        refused("dev=ethereum:http://a,dev=aitbc:http://b", "CHAIN_NODES has two nodes named 'dev'");
        refused("dev=ethereum:http://me:secret@a", "CHAIN_NODES must give dev an http or https URL without a user");
        refused("dev=ethereum:ws://a/secret", "CHAIN_NODES must give dev an http or https URL");
        refused("dev=ethereum:http://a b/secret", "CHAIN_NODES must give dev an http or https URL");
        refused(
                IntStream.range(0, 33)
                        .mapToObj(i -> "n" + i + "=aitbc:http://a")
                        .collect(Collectors.joining(",")),
                "CHAIN_NODES may name at most 32 nodes, has 33");
    }

    @Test
    void timesOutOfRangeAreRefusedByName() {
        assertThatThrownBy(() -> new ChainSettings("", 0, 5))
                .hasMessage("CHAIN_POLL_SECONDS must be within 1..3600, was 0");
        assertThatThrownBy(() -> new ChainSettings("", 2, 61))
                .hasMessage("CHAIN_TIMEOUT_SECONDS must be within 1..60, was 61");
    }

    private static void refused(String text, String beginning) {
        assertThatThrownBy(() -> NodeAddress.parse(text))
                .as(text)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(beginning)
                .hasMessageNotContaining("secret");
    }
}

package io.aitbc.monitoring.chain;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The chain nodes to watch.
 *
 * @param nodes CHAIN_NODES: {@code name=dialect:url}, separated by commas; empty for none
 * @param pollSeconds CHAIN_POLL_SECONDS: how often each is asked; 1..3600
 * @param timeoutSeconds CHAIN_TIMEOUT_SECONDS: how long one round of questions may take; 1..60
 */
@ConfigurationProperties("monitoring.chain")
record ChainSettings(String nodes, int pollSeconds, int timeoutSeconds) {

    ChainSettings {
        NodeAddress.parse(nodes);
        if (pollSeconds < 1 || pollSeconds > 3600) {
            throw new IllegalArgumentException("CHAIN_POLL_SECONDS must be within 1..3600, was " + pollSeconds);
        }
        if (timeoutSeconds < 1 || timeoutSeconds > 60) {
            throw new IllegalArgumentException("CHAIN_TIMEOUT_SECONDS must be within 1..60, was " + timeoutSeconds);
        }
    }

    List<NodeAddress> addresses() {
        return NodeAddress.parse(nodes);
    }

    Duration poll() {
        return Duration.ofSeconds(pollSeconds);
    }

    Duration timeout() {
        return Duration.ofSeconds(timeoutSeconds);
    }
}

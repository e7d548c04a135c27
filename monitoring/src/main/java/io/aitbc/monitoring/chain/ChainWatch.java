package io.aitbc.monitoring.chain;

import io.aitbc.service.web.Problem;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.DisposableBean;

/** Watches all nodes, each in a thread of its own: one that hangs holds up nobody. */
final class ChainWatch implements DisposableBean {

    private final Map<String, NodeWatch> nodes;
    private final ScheduledExecutorService threads;

    ChainWatch(Map<String, NodeWatch> nodes, ScheduledExecutorService threads, ChainSettings settings) {
        this.nodes = Map.copyOf(nodes);
        this.threads = threads;
        for (NodeWatch node : this.nodes.values()) {
            threads.scheduleWithFixedDelay(node::poll, 0, settings.poll().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * What there is to say about a node now.
     *
     * @throws Problem 404 when it is not one of CHAIN_NODES
     */
    MetricSnapshots metrics(String name) {
        NodeWatch node = nodes.get(name);
        if (node == null) {
            throw Problem.notFound(
                    "node-not-found", "No node of this name is watched; CHAIN_NODES names those that are.");
        }
        return node.metrics();
    }

    @Override
    public void destroy() {
        threads.shutdownNow();
    }
}

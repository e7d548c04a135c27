package io.aitbc.monitoring.chain;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The metrics of one node. Names and the first buckets are those of AITBC's monitoring guide. They are in no registry: what is shown is
 * put together for each scrape, so that nothing stays behind of a node that is gone.
 */
final class NodeMetrics {

    private static final double[] PROCESSING = {0.1, 0.5, 1, 2, 5, 10};
    private static final double[] VALIDATION = {0.01, 0.05, 0.1, 0.5, 1};
    private static final double[] PROPAGATION = {0.1, 0.5, 1, 2, 5, 10, 30, 60};
    private static final double[] TRANSACTIONS = {0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};

    private final Labels labels;
    private final Histogram processing;
    private final Histogram validation;
    private final Histogram propagation;
    private final Histogram transactions;
    private final Counter ahead;
    private final Counter reorgs;
    private final Counter resets;
    private final Counter skipped;
    private boolean tellsProcessing;
    private boolean tellsValidation;

    NodeMetrics(String node) {
        labels = Labels.of("node", node);
        processing =
                histogram("block_processing_duration_seconds", "Time the node took to process a block", PROCESSING);
        validation =
                histogram("block_validation_duration_seconds", "Time the node took to validate a block", VALIDATION);
        propagation = histogram(
                "block_propagation_duration_seconds",
                "From a block's own timestamp to when it was first seen on the node",
                PROPAGATION);
        transactions = histogram("block_transactions", "Transactions of a block", TRANSACTIONS);
        ahead = counter(
                "block_timestamps_ahead", "Blocks whose timestamp was later than when they were seen; counted as 0 s");
        reorgs = counter("chain_reorgs", "How often the node had other blocks in place of some that were seen");
        resets = counter("chain_resets", "How often the node had no block any more of those that were seen");
        skipped = counter("chain_blocks_skipped", "Blocks that were not looked at because there were too many at once");
    }

    /** Takes what a round brought. */
    synchronized void add(ChainHistory.Step step) {
        if (step.isReorg()) {
            reorgs.inc();
        }
        if (step.isReset()) {
            resets.inc();
        }
        skipped.inc(step.skipped());
        for (Block block : step.blocks()) {
            transactions.observe(block.transactions());
            if (block.processingSeconds() != null) {
                tellsProcessing = true;
                processing.observe(block.processingSeconds());
            }
            if (block.validationSeconds() != null) {
                tellsValidation = true;
                validation.observe(block.validationSeconds());
            }
        }
    }

    /** Takes a block that was seen to come. */
    synchronized void seen(Block block, Instant at) {
        double seconds = Duration.between(block.timestamp(), at).toNanos() / 1e9;
        if (seconds < 0) {
            ahead.inc();
        }
        propagation.observe(Math.max(0, seconds));
    }

    /** What a scrape gets while the node is gone: that it is, and nothing else. */
    MetricSnapshots down() {
        return MetricSnapshots.of(up(0));
    }

    /** What a scrape gets while the node answers. */
    synchronized MetricSnapshots up(long height, OptionalLong peers) {
        List<MetricSnapshot> all = new ArrayList<>(List.of(
                up(1),
                gauge("block_height", "Height of the node's newest block", height),
                propagation.collect(),
                transactions.collect(),
                ahead.collect(),
                reorgs.collect(),
                resets.collect(),
                skipped.collect()));
        if (peers.isPresent()) {
            all.add(gauge("chain_peers", "Peers of the node", peers.getAsLong()));
        }
        if (tellsProcessing) {
            all.add(processing.collect());
        }
        if (tellsValidation) {
            all.add(validation.collect());
        }
        return new MetricSnapshots(all.toArray(MetricSnapshot[]::new));
    }

    private MetricSnapshot up(int value) {
        return gauge("chain_up", "Whether the node answers as it should", value);
    }

    private MetricSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .labels(labels)
                        .value(value)
                        .build())
                .build();
    }

    private Histogram histogram(String name, String help, double[] bounds) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .constLabels(labels)
                .classicOnly()
                .classicUpperBounds(bounds)
                .withoutExemplars()
                .build();
    }

    private Counter counter(String name, String help) {
        return Counter.builder()
                .name(name)
                .help(help)
                .constLabels(labels)
                .withoutExemplars()
                .build();
    }
}

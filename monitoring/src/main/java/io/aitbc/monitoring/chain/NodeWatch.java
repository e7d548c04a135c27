package io.aitbc.monitoring.chain;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks one node again and again, and knows what may be said about it. */
final class NodeWatch {

    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);

    /** What the last good round found. */
    private record Reading(Instant at, long height, OptionalLong peers) {}

    private final String name;
    private final ChainNode node;
    private final ChainSettings settings;
    private final Clock clock;
    private final ChainHistory history = new ChainHistory();
    private final NodeMetrics metrics;
    private volatile @Nullable Reading reading;
    private boolean isKnownAway;

    NodeWatch(String name, ChainNode node, ChainSettings settings, Clock clock) {
        this.name = name;
        this.node = node;
        this.settings = settings;
        this.clock = clock;
        this.metrics = new NodeMetrics(name);
    }

    /** One round. Ends in time, and never fails: the next one must come. */
    void poll() {
        try {
            ask(Deadline.in(settings.timeout()));
            if (isKnownAway) {
                isKnownAway = false;
                LOG.info("The chain node {} answers again.", name);
            }
        } catch (NodeTrouble e) {
            lost(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("A fault while asking the chain node {}", name, e);
            lost("a fault of this service");
        }
    }

    private void ask(Deadline deadline) throws NodeTrouble {
        Reading before = reading;
        Block head = node.head(deadline);
        Instant now = clock.instant();
        OptionalLong peers = node.peers(deadline);
        ChainHistory.Step step = history.advance(head, node, deadline);
        metrics.add(step);
        // After a gap nobody can tell when a block came; nor of one that came before this round and is read only now.
        if (before != null && isFresh(before, now)) {
            step.blocks().stream()
                    .filter(block -> block.number() > before.height() || step.isReorg())
                    .forEach(block -> metrics.seen(block, now));
        }
        reading = new Reading(now, head.number(), peers);
    }

    private void lost(String reason) {
        reading = null;
        if (!isKnownAway) {
            isKnownAway = true;
            LOG.warn("The chain node {} is away: {}.", name, reason);
        }
    }

    /** What a scrape gets now. */
    MetricSnapshots metrics() {
        Reading last = reading;
        return last == null || !isFresh(last, clock.instant())
                ? metrics.down()
                : metrics.up(last.height(), last.peers());
    }

    /** A reading older than a round may take, and the wait for the next, says nothing about now. */
    private boolean isFresh(Reading last, Instant now) {
        Duration longest = settings.poll().multipliedBy(2).plus(settings.timeout());
        return Duration.between(last.at(), now).compareTo(longest) <= 0;
    }
}

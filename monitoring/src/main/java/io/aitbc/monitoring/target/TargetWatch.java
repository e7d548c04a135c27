package io.aitbc.monitoring.target;

import io.aitbc.monitoring.prometheus.PrometheusAway;
import io.aitbc.monitoring.prometheus.PrometheusClient;
import io.aitbc.monitoring.prometheus.PrometheusRefused;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Asks Prometheus how it finds its targets. An answer serves for a second; after none it is not asked for five, so that those who
 * only look do not all wait for a server that is away.
 */
@Component
class TargetWatch {

    private static final Logger LOG = LoggerFactory.getLogger(TargetWatch.class);
    private static final Duration SERVES = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final long LONGEST_WAIT_SECONDS = 5;

    private record Said(Optional<Sightings> sightings, Instant until) {}

    private final PrometheusClient prometheus;
    private final Clock clock;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable Said last;

    TargetWatch(PrometheusClient prometheus, Clock clock) {
        this.prometheus = prometheus;
        this.clock = clock;
    }

    /** What it says now, or said a second ago; empty while it is away. */
    Optional<Sightings> look() {
        Said said = last;
        if (said != null && clock.instant().isBefore(said.until())) {
            return said.sightings();
        }
        try {
            if (!asking.tryLock(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        try {
            said = last;
            if (said == null || !clock.instant().isBefore(said.until())) {
                said = ask();
                last = said;
            }
            return said.sightings();
        } finally {
            asking.unlock();
        }
    }

    private Said ask() {
        try {
            Sightings seen =
                    Sightings.of(prometheus.get("/api/v1/targets?state=active").data());
            return new Said(Optional.of(seen), clock.instant().plus(SERVES));
        } catch (PrometheusAway | PrometheusRefused e) {
            LOG.debug("How targets are is unknown", e);
            return new Said(Optional.empty(), clock.instant().plus(PAUSE));
        }
    }
}

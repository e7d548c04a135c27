package io.aitbc.service.lifetime;

import com.github.f4b6a3.uuid.UuidCreator;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * When this service was alive. Each replica leaves a sign of life every five seconds, so that the next start knows how
 * long the service was away.
 */
public class ServiceLifetime implements MeterBinder, DisposableBean {

    private static final Duration ALIVE = Duration.ofSeconds(15);

    private final ServiceRuns runs;
    private final Clock clock;
    private final UUID instance = UuidCreator.getTimeOrderedEpoch();
    private final Instant startedAt;
    private final Optional<Instant> previousLastSeen;
    private final long restarts;

    ServiceLifetime(ServiceRuns runs, Clock clock) {
        this.runs = runs;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.previousLastSeen = runs.latestSignOfLife();
        this.restarts = runs.count();
        runs.start(instance, startedAt);
    }

    /** The latest sign of life of any replica before this start; empty at the very first start. */
    public Optional<Instant> previousLastSeen() {
        return previousLastSeen;
    }

    /** When this process started. */
    public Instant startedAt() {
        return startedAt;
    }

    /** This process among the replicas. */
    public UUID instance() {
        return instance;
    }

    /** Whether another replica gave a sign of life in the last 15 s. */
    public boolean othersAlive() {
        return runs.othersAliveSince(instance, clock.instant().minus(ALIVE)) > 0;
    }

    /** From the previous run's last sign of life to this start; zero at the very first start. */
    public Duration downtime() {
        return previousLastSeen
                .map(last -> Duration.between(last, startedAt))
                .filter(gap -> !gap.isNegative())
                .orElse(Duration.ZERO);
    }

    @Scheduled(fixedRateString = "PT5S")
    void leaveSignOfLife() {
        runs.seen(instance, clock.instant());
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        TimeGauge.builder(
                        "service.uptime",
                        this,
                        TimeUnit.MILLISECONDS,
                        s -> s.uptime().toMillis())
                .description("Time since this process started")
                .register(registry);
        TimeGauge.builder(
                        "service.downtime",
                        this,
                        TimeUnit.MILLISECONDS,
                        s -> s.downtime().toMillis())
                .description("From the last sign of life of the previous run to this start")
                .register(registry);
        Gauge.builder("service.restart.count", this, s -> s.restarts)
                .description("How often the service was started after its first start, over all replicas")
                .register(registry);
    }

    private Duration uptime() {
        return Duration.between(startedAt, clock.instant());
    }

    @Override
    public void destroy() {
        try {
            runs.stop(instance, clock.instant());
        } catch (DataAccessException e) {
            // The database went first; the last sign of life is at most five seconds old.
        }
    }
}

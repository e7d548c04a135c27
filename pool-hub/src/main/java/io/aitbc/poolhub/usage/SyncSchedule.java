package io.aitbc.poolhub.usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.scheduling.annotation.Scheduled;

/** Syncs by schedule or when asked, and counts what goes wrong. Any number of replicas may do so at once. */
class SyncSchedule {

    private final BillingSync sync;
    private final Outbox outbox;
    private final Clock clock;
    private final Counter errors;
    private volatile boolean looked;
    private volatile Outbox.Backlog backlog = new Outbox.Backlog(0, 0, null);

    SyncSchedule(BillingSync sync, Outbox outbox, Clock clock, MeterRegistry meters) {
        this.sync = sync;
        this.outbox = outbox;
        this.clock = clock;
        this.errors = Counter.builder("poolhub.billing.sync.errors")
                .description("Syncs that ended before everything was sent")
                .register(meters);
        Gauge.builder("poolhub.billing.unsynced.events", this, s -> s.backlog.pending())
                .description("Usage events that wait to be acknowledged")
                .register(meters);
        Gauge.builder("poolhub.billing.parked.events", this, s -> s.backlog.parked())
                .description("Usage events that the coordinator refused")
                .register(meters);
        Gauge.builder("poolhub.billing.oldest.unsynced.age.seconds", this, SyncSchedule::oldestAge)
                .description("Age of the oldest usage event that waits")
                .register(meters);
    }

    @Scheduled(fixedDelayString = "#{@billingInterval.toMillis()}", initialDelayString = "PT5S")
    void everything() {
        run(Outbox.Window.DUE);
    }

    @Scheduled(fixedDelayString = "PT5S", initialDelayString = "PT10S")
    void whatWasPutOff() {
        look();
        if (backlog.pending() > 0) {
            run(Outbox.Window.PUT_OFF);
        }
    }

    BillingSync.Summary run(Outbox.Window window) {
        BillingSync.Summary summary = sync.sync(window);
        if (summary.away() != null) {
            errors.increment();
        }
        look();
        return summary;
    }

    Outbox.Backlog backlog() {
        return backlog;
    }

    /** What waited when it was looked last; looks where it never was, as right after a start. */
    Outbox.Backlog lately() {
        if (!looked) {
            look();
        }
        return backlog;
    }

    private void look() {
        backlog = outbox.backlog();
        looked = true;
    }

    private static long oldestAge(SyncSchedule schedule) {
        Instant oldest = schedule.backlog.oldest();
        return oldest == null
                ? 0
                : Math.max(0, Duration.between(oldest, schedule.clock.instant()).toSeconds());
    }
}

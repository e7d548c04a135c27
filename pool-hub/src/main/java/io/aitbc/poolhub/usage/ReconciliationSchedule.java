package io.aitbc.poolhub.usage;

import io.aitbc.service.web.Problem;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Compares the ledgers of the last week once an hour, so that an alarm waits for nobody to ask. Each replica does so for itself; what
 * somebody compares by hand does not show here.
 */
@Component
class ReconciliationSchedule {

    private static final Logger LOG = LoggerFactory.getLogger(ReconciliationSchedule.class);
    private static final Duration PERIOD = Duration.ofDays(7);
    private static final Duration EVERY = Duration.ofHours(1);

    private final Reconciliation reconciliation;
    private final Clock clock;
    private volatile int differences;
    private volatile Instant lastSuccess = Instant.EPOCH;

    ReconciliationSchedule(Reconciliation reconciliation, Clock clock, MeterRegistry meters) {
        this.reconciliation = reconciliation;
        this.clock = clock;
        Gauge.builder("poolhub.billing.reconciliation.difference", this, s -> s.differences)
                .description("Tenant, resource and hour cells of the last week in which both ledgers contradicted each"
                        + " other when they were last compared")
                .register(meters);
        TimeGauge.builder(
                        "poolhub.billing.reconciliation.last.success.timestamp",
                        this,
                        TimeUnit.MILLISECONDS,
                        s -> s.lastSuccess.toEpochMilli())
                .description("When the ledgers were last compared, as seconds since 1970; 0 for never")
                .register(meters);
    }

    /** Whether the last comparison found a contradiction. */
    boolean isContradicted() {
        return differences > 0;
    }

    /** Looks every five minutes, so that a comparison that the coordinator's absence prevented is soon made up for. */
    @Scheduled(fixedDelayString = "PT5M", initialDelayString = "PT1M")
    void look() {
        Instant now = clock.instant();
        if (now.isBefore(lastSuccess.plus(EVERY))) {
            return;
        }
        try {
            Reconciliation.Report report = reconciliation.compare(now.minus(PERIOD), now);
            differences = report.differences().size();
            lastSuccess = now;
            if (differences > 0) {
                LOG.error(
                        "This hub's ledger and the coordinator's contradict each other in {} cells of the last week. Look at"
                                + " GET /sla/billing/reconciliation?from={}&to={}.",
                        differences,
                        report.from(),
                        report.to());
            }
        } catch (Problem | DataAccessException | TransactionException e) {
            LOG.warn("The ledgers could not be compared, and will be in five minutes: {}", e.getMessage());
        }
    }
}

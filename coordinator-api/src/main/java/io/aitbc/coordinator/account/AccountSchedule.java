package io.aitbc.coordinator.account;

import io.aitbc.coordinator.notification.Announcements;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Closes reservations, looks for quotas that are taken up, and tells of them; in one replica at a time. */
@Component
class AccountSchedule {

    private static final Logger LOG = LoggerFactory.getLogger(AccountSchedule.class);
    /** So long a job's usage may take from its end to the ledger; after that its reservation is closed without. */
    private static final Duration PATIENCE = Duration.ofHours(24);

    private static final int MOST_AT_ONCE = 100;

    private final Reservations reservations;
    private final QuotaStanding standing;
    private final QuotaWarnings warnings;
    private final Announcements announcements;
    private final Clock clock;

    AccountSchedule(
            Reservations reservations,
            QuotaStanding standing,
            QuotaWarnings warnings,
            Announcements announcements,
            Clock clock) {
        this.reservations = reservations;
        this.standing = standing;
        this.warnings = warnings;
        this.announcements = announcements;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT30S")
    @SchedulerLock(name = "account-reservations", lockAtMostFor = "PT10M")
    public void close() {
        try {
            reservations.close(clock.instant(), PATIENCE);
        } catch (DataAccessException e) {
            LOG.warn("Reservations stay open until the next time: {}", e.toString());
        }
    }

    @Scheduled(fixedDelayString = "PT5M", initialDelayString = "PT40S")
    @SchedulerLock(name = "account-quotas", lockAtMostFor = "PT30M")
    public void watch() {
        try {
            standing.watch(clock.instant());
        } catch (DataAccessException e) {
            LOG.warn("Quotas are looked at the next time: {}", e.toString());
        }
    }

    /** What is told twice, because a replica died in between, is sent once: its key is known. */
    @Scheduled(fixedDelayString = "PT5S", initialDelayString = "PT20S")
    @SchedulerLock(name = "account-warnings", lockAtMostFor = "PT5M")
    public void tell() {
        try {
            for (QuotaWarnings.Untold warning : warnings.untold(MOST_AT_ONCE)) {
                tell(warning);
                warnings.told(warning, clock.instant());
            }
        } catch (DataAccessException | Problem e) {
            LOG.warn("Warnings of quotas wait: {}", e.toString());
        }
    }

    private void tell(QuotaWarnings.Untold warning) {
        String resource = warning.resourceType();
        String period =
                warning.periodEnd() == null ? "ever" : "from " + warning.periodStart() + " to " + warning.periodEnd();
        announcements.warn(
                "quota:%s:%s:%s:%d"
                        .formatted(warning.tenantId(), warning.quotaId(), warning.periodStart(), warning.level()),
                "%d %% of the quota of %s of tenant %s are taken"
                        .formatted(warning.level(), resource, warning.tenantId()),
                "Of %s %s (%s), %s are used and %s reserved by jobs. The quota is soft: nothing is refused."
                        .formatted(
                                QuotaUse.plain(warning.limit()),
                                warning.unit(),
                                period,
                                QuotaUse.plain(warning.used()),
                                QuotaUse.plain(warning.reserved())),
                Map.of(
                        "resource_type", resource,
                        "level", Integer.toString(warning.level()),
                        "period", warning.period().toString()),
                warning.tenantId(),
                warning.billingEmail(),
                warning.notedAt());
    }
}

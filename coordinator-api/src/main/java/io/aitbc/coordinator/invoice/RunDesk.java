package io.aitbc.coordinator.invoice;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Asks for runs: by schedule when months are over, or when an operator says so. */
@Service
class RunDesk {

    /** Months that were missed are made up for, so many at most. */
    private static final int MONTHS_BACK = 13;

    private final BillingRuns runs;
    private final DueTenants tenants;
    private final BillingSettings settings;
    private final AuditLog audit;
    private final Clock clock;

    RunDesk(BillingRuns runs, DueTenants tenants, BillingSettings settings, AuditLog audit, Clock clock) {
        this.runs = runs;
        this.tenants = tenants;
        this.settings = settings;
        this.audit = audit;
        this.clock = clock;
    }

    /** Asks for the runs of months that are over: for drafts at once, for invoices once producers had time to send what is missing. */
    @Transactional
    public void askForDue() {
        if (settings.monthlyRun()) {
            ask(true, settings.finalizeAfter());
            ask(false, Duration.ZERO);
        }
    }

    private void ask(boolean finalizes, Duration wait) {
        Instant now = clock.instant();
        Instant waited = now.minus(wait);
        List<DueTenants.Window> windows = new ArrayList<>();
        for (ZoneId zone : tenants.zones()) {
            YearMonth newest = BillingPeriod.monthOf(waited, zone).minusMonths(1);
            // Older ones are finalized: drafts are for looking at before.
            for (int back = finalizes ? MONTHS_BACK - 1 : 0; back >= 0; back--) {
                windows.add(DueTenants.Window.of(newest.minusMonths(back), zone, waited));
            }
        }
        for (YearMonth month : tenants.months(windows, finalizes)) {
            runs.request(month, finalizes, wait, Caller.system().name(), now);
        }
    }

    /**
     * Asks for the run of a month now, however short ago it ended.
     *
     * @throws Problem 409 when it is not over for any tenant, 422 when it is not of this time
     */
    @Transactional
    public BillingRun.View ask(Caller caller, YearMonth month, boolean finalizes) {
        if (month.getYear() < 2000 || month.getYear() > 2199) {
            throw Problem.unprocessable("month-out-of-range", "month must lie within the years 2000 to 2199.");
        }
        Instant now = clock.instant();
        List<ZoneId> zones = tenants.zones();
        boolean isOver = (zones.isEmpty() ? List.<ZoneId>of(ZoneOffset.UTC) : zones)
                .stream()
                        .anyMatch(
                                zone -> !BillingPeriod.month(month, zone).end().isAfter(now));
        if (!isOver) {
            throw Problem.conflict(
                    "month-not-over",
                    "The month " + month + " is not over in any tenant's zone; ask again when it is.");
        }
        UUID runId = runs.request(month, finalizes, Duration.ZERO, caller.name(), now);
        BillingRun.View view = runs.find(runId).orElseThrow();
        audit.record(caller, "invoice.run", runId.toString(), null, view);
        return view;
    }
}

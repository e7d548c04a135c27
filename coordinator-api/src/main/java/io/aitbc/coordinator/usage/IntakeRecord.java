package io.aitbc.coordinator.usage;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** What is told about requests besides their answer: the audit log, the meters and, for conflicts, the log. */
@Component
class IntakeRecord {

    private static final Logger LOG = LoggerFactory.getLogger(IntakeRecord.class);

    private final AuditLog audit;
    private final UsageMeters meters;
    private final Clock clock;

    IntakeRecord(AuditLog audit, UsageMeters meters, Clock clock) {
        this.audit = audit;
        this.meters = meters;
        this.clock = clock;
    }

    Instant now() {
        return clock.instant();
    }

    /** In the transaction of the change; a request that only repeated what is known changed nothing. */
    void taken(Caller caller, IngestReport report) {
        if (report.accepted() + report.conflicts() + report.rejected() > 0) {
            audit.record(caller, "usage.take", "ledger", null, counts(report));
        }
    }

    /** In the transaction of the change; what turned out to be known meanwhile has left the quarantine, too. */
    void replayed(Caller caller, IngestReport report) {
        if (!report.results().isEmpty()) {
            audit.record(caller, "usage.replay", "quarantine", null, counts(report));
        }
    }

    /** In the transaction of the change. */
    void dismissed(Caller caller, QuarantinedEvents.Entry entry, String reason) {
        audit.record(
                caller, "usage.quarantine.dismiss", entry.quarantineId().toString(), entry, Map.of("reason", reason));
    }

    /** After the commit. */
    void done(IngestReport report) {
        meters.count(report);
        if (report.conflicts() > 0) {
            LOG.warn(
                    "{} usage events came under ids of events with other content; they wait in quarantine with the code"
                            + " CONFLICT",
                    report.conflicts());
        }
    }

    private static Map<String, Integer> counts(IngestReport report) {
        return Map.of(
                "accepted", report.accepted(),
                "duplicates", report.duplicates(),
                "conflicts", report.conflicts(),
                "rejected", report.rejected());
    }
}

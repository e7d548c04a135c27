package io.aitbc.poolhub.miner;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Agreed downtime, entered ahead or afterwards. */
@Service
class Maintenance {

    private static final Duration LONGEST = Duration.ofDays(90);
    private static final Duration FARTHEST = Duration.ofDays(400);

    private final Miners miners;
    private final StateIntervals intervals;
    private final AuditLog audit;
    private final ApplicationEventPublisher events;
    private final Clock clock;

    Maintenance(
            Miners miners, StateIntervals intervals, AuditLog audit, ApplicationEventPublisher events, Clock clock) {
        this.miners = miners;
        this.intervals = intervals;
        this.audit = audit;
        this.events = events;
        this.clock = clock;
    }

    @Transactional
    public UUID record(Caller caller, String minerId, Instant start, Instant end, String reason) {
        Instant now = clock.instant();
        if (!end.isAfter(start) || Duration.between(start, end).compareTo(LONGEST) > 0) {
            throw Problem.unprocessable("bad-period", "end must be after start, by at most 90 days.");
        }
        if (start.isBefore(now.minus(FARTHEST)) || end.isAfter(now.plus(FARTHEST))) {
            throw Problem.unprocessable("bad-period", "Maintenance must lie within 400 days of now.");
        }
        if (miners.findForChange(minerId).isEmpty()) {
            throw Registry.unknown(minerId);
        }
        UUID id = intervals.addMaintenance(minerId, start, end, reason, caller.name(), now);
        audit.record(caller, "miner.maintenance", minerId, null, Map.of("start", start, "end", end, "reason", reason));
        events.publishEvent(new MinerEvents.MaintenanceRecorded(minerId, start, end, reason, caller.name()));
        return id;
    }

    /**
     * Takes back what of an agreed downtime lies ahead: before it began it was never agreed, while it lasts it ends now.
     *
     * @throws Problem 404 when the miner has none of that id, 409 when it is over: violations may have been excused by it
     */
    @Transactional
    public void withdraw(Caller caller, String minerId, UUID id) {
        StateInterval agreed = intervals
                .lockMaintenance(minerId, id)
                .orElseThrow(() -> Problem.notFound(
                        "unknown-maintenance", "The miner " + minerId + " has no maintenance " + id + "."));
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant end = Objects.requireNonNull(agreed.endedAt());
        if (!end.isAfter(now)) {
            throw Problem.conflict(
                    "maintenance-is-over", "The maintenance ended at " + end + "; what it explains stays so.");
        }
        intervals.endMaintenance(agreed, minerId, now);
        audit.record(
                caller,
                "miner.maintenance.withdraw",
                minerId,
                Map.of("id", id, "start", agreed.startedAt(), "end", end),
                agreed.startedAt().isBefore(now) ? Map.of("id", id, "start", agreed.startedAt(), "end", now) : null);
    }
}

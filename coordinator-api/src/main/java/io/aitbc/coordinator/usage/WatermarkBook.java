package io.aitbc.coordinator.usage;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Keeps the producers' words. */
@Service
class WatermarkBook {

    private final Watermarks watermarks;
    private final AuditLog audit;
    private final Clock clock;

    WatermarkBook(Watermarks watermarks, AuditLog audit, Clock clock) {
        this.watermarks = watermarks;
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional
    public Watermarks.Watermark advance(Caller caller, WatermarkController.Said said) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        if (said.completeThrough().isAfter(now.plus(UsageSettings.CLOCK_TOLERANCE))) {
            throw Problem.unprocessable(
                    "watermark-in-future", "complete_through is in the future; nobody can have sent that yet.");
        }
        if (said.completeThrough().isBefore(Instant.EPOCH)) {
            throw Problem.unprocessable("watermark-too-early", "complete_through must be in this epoch, after 1970.");
        }
        Watermarks.Watermark before = watermarks.lock(said.source()).orElse(null);
        boolean changed = watermarks.advance(new Watermarks.Watermark(
                said.source(), said.completeThrough().truncatedTo(ChronoUnit.MICROS), said.count(), said.sums(), now));
        Watermarks.Watermark known = watermarks.lock(said.source()).orElseThrow();
        if (changed) {
            audit.record(caller, "usage.watermark", said.source(), before, known);
        }
        return known;
    }

    /**
     * Forgets a producer that sends no more, so that nobody waits for it. If it sends again, it is there again.
     *
     * @throws Problem 404 when it never said anything
     */
    @Transactional
    public void forget(Caller caller, String source) {
        Watermarks.Watermark before = watermarks
                .lock(source)
                .orElseThrow(() -> Problem.notFound("unknown-source", "No source of that name has said anything."));
        watermarks.forget(source);
        audit.record(caller, "usage.watermark.forget", source, before, null);
    }

    @Transactional(readOnly = true)
    public List<Watermarks.Watermark> all() {
        return watermarks.all();
    }
}

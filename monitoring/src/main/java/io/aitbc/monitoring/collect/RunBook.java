package io.aitbc.monitoring.collect;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.monitoring.artifact.Manifest;
import io.aitbc.monitoring.session.SessionState;
import io.aitbc.monitoring.session.Sessions;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.io.IOException;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** What becomes of runs, and of their sessions with them: each step is in one transaction. */
@Component
class RunBook {

    /** A session that is stopped stays so. */
    private static final Set<SessionState> GOING = EnumSet.complementOf(EnumSet.of(SessionState.STOPPED));

    private static final int MOST_AT_ONCE = 100;
    private static final int LONGEST_FAILURE = 2_000;

    /** Makes a folder appear. */
    interface Publication {
        void publish() throws IOException;
    }

    private final Runs runs;
    private final CollectDesk desk;
    private final Sessions sessions;
    private final AuditLog audit;
    private final ObjectMapper json;
    private final Clock clock;

    RunBook(Runs runs, CollectDesk desk, Sessions sessions, AuditLog audit, ObjectMapper json, Clock clock) {
        this.runs = runs;
        this.desk = desk;
        this.sessions = sessions;
        this.audit = audit;
        this.json = json;
        this.clock = clock;
    }

    /** The run of this request: the one that is running, or a new one. */
    @Transactional
    public Run open(Caller caller, String sessionId, CollectRequest request) {
        Run run = desk.plan(sessionId, request);
        String checksum = desk.checksum(run, json);
        if (runs.running(sessionId) >= MOST_AT_ONCE) {
            return runs.running(sessionId, checksum)
                    .orElseThrow(() -> Problem.conflict(
                            "too-many-collections",
                            "The session has " + MOST_AT_ONCE + " collections that are not over; wait for them."));
        }
        try {
            if (!runs.add(run, checksum)) {
                return runs.running(sessionId, checksum)
                        .orElseThrow(() -> Problem.conflict(
                                "changed-meanwhile", "The same collection ended this moment; ask again."));
            }
        } catch (DataIntegrityViolationException e) {
            throw Problem.notFound("session-not-found", "The session was deleted meanwhile.");
        }
        if (!run.end().isAfter(clock.instant())) {
            sessions.move(sessionId, GOING, SessionState.SETTLING, null);
        }
        audit.record(
                caller,
                "session.collect",
                sessionId,
                null,
                Map.of(
                        "run_id",
                        run.runId(),
                        "start_time",
                        run.start(),
                        "end_time",
                        run.end(),
                        "kpis",
                        run.plan().kpis()));
        return run;
    }

    /** Says of a session that the window of one of its runs is over, unless the run has ended meanwhile. */
    @Transactional
    public void settle(String sessionId) {
        sessions.lock(sessionId);
        if (runs.settling(clock.instant()).contains(sessionId)) {
            sessions.move(sessionId, GOING, SessionState.SETTLING, null);
        }
    }

    /** Its artifacts are written; false when the run is another's meanwhile, or gone: nothing is published then. */
    @Transactional(rollbackFor = IOException.class)
    public boolean collected(Run run, Manifest manifest, Publication publication) throws IOException {
        if (!runs.lock(run)) {
            return false;
        }
        // First the folder, then the row: killed in between, the next holder finds the folder whole and says so.
        publication.publish();
        runs.collected(run, manifest, clock.instant());
        sessions.move(run.sessionId(), GOING, SessionState.COLLECTED, null);
        return true;
    }

    /** It cannot be collected. */
    @Transactional
    public void failed(Run run, Cause cause, String failure) {
        if (runs.lock(run)) {
            String text = failure.replace("\0", "");
            String cut = text.substring(0, Math.min(text.length(), LONGEST_FAILURE));
            runs.failed(run, cause, cut, clock.instant());
            sessions.move(run.sessionId(), GOING, SessionState.FAILED, cut);
        }
    }
}

package io.aitbc.monitoring.session;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Page;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Makes, shows, stops and deletes sessions. */
@Service
class SessionDesk {

    /** @param isNew false when it was there already, made by the same request */
    record Made(SessionView session, boolean isNew) {}

    private static final int MOST_NAMED = 5;

    private final Sessions sessions;
    private final SessionSettings settings;
    private final Publication publication;
    private final List<SessionDetails> details;
    private final AuditLog audit;
    private final Clock clock;

    SessionDesk(
            Sessions sessions,
            SessionSettings settings,
            Publication publication,
            List<SessionDetails> details,
            AuditLog audit,
            Clock clock) {
        this.sessions = sessions;
        this.settings = settings;
        this.publication = publication;
        this.details = List.copyOf(details);
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional
    public Made create(Caller caller, NewSession asked) {
        Refusals refusals = new Refusals();
        asked.check(refusals);
        Session wanted = new Session(
                asked.sessionId() == null ? UuidCreator.getTimeOrderedEpoch().toString() : asked.sessionId(),
                SessionState.PLANNED,
                null,
                asked.scrapeInterval() == null
                        ? settings.interval()
                        : Durations.scrape("scrape_interval", asked.scrapeInterval(), refusals),
                asked.checkedLabels(),
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                null);
        refusals.raise();
        if (sessions.insert(wanted)) {
            SessionView view = SessionView.of(wanted);
            audit.record(caller, "session.create", wanted.sessionId(), null, view);
            return new Made(view, true);
        }
        Session there = sessions.require(wanted.sessionId());
        if (!there.scrapeInterval().equals(wanted.scrapeInterval())
                || !there.labels().equals(wanted.labels())) {
            throw Problem.conflict(
                    "session-exists",
                    "There is a session " + there.sessionId()
                            + " already, with another scrape_interval or other labels; choose another session_id.");
        }
        return new Made(SessionView.of(there), false);
    }

    Page<SessionView> list(@Nullable String cursor, int limit) {
        String after = cursor == null ? "" : Cursors.decode(cursor, 1).get(0);
        List<SessionView> found =
                sessions.after(after, limit + 1).stream().map(SessionView::of).toList();
        return Page.of(found, limit, last -> Cursors.encode(last.sessionId()));
    }

    SessionStatus status(String sessionId) {
        Session session = sessions.require(sessionId);
        Map<String, Object> said = new LinkedHashMap<>();
        details.forEach(detail -> said.put(detail.name(), detail.of(session)));
        return new SessionStatus(SessionView.of(session), said);
    }

    /** Its targets leave Prometheus; once more changes nothing. */
    SessionView stop(Caller caller, String sessionId) {
        return publication.change(() -> {
            Session before = sessions.lock(sessionId);
            if (before.state() == SessionState.STOPPED) {
                return SessionView.of(before);
            }
            sessions.move(sessionId, EnumSet.allOf(SessionState.class), SessionState.STOPPED, null);
            SessionView after = SessionView.of(sessions.require(sessionId));
            audit.record(caller, "session.stop", sessionId, SessionView.of(before), after);
            return after;
        });
    }

    /**
     * Deletes it.
     *
     * @param force also when something is being done for it
     * @throws Problem 409 that names what is
     */
    void delete(Caller caller, String sessionId, boolean force) {
        publication.change(() -> {
            Session before = sessions.lock(sessionId);
            List<String> unfinished = details.stream()
                    .flatMap(detail -> detail.unfinished(sessionId).stream())
                    .toList();
            if (!force && !unfinished.isEmpty()) {
                throw busy(unfinished);
            }
            sessions.delete(sessionId);
            audit.record(caller, "session.delete", sessionId, SessionView.of(before), null);
            return Optional.empty();
        });
    }

    private static Problem busy(List<String> runs) {
        String named = runs.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
        int more = runs.size() - MOST_NAMED;
        return Problem.conflict(
                        "session-busy",
                        "The session has runs that are not over: " + named + (more > 0 ? " and " + more + " more" : "")
                                + "; wait for them, or delete it with force=true: they end without artifacts then.")
                .with("run_ids", runs);
    }
}

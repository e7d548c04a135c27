package io.aitbc.monitoring.target;

import io.aitbc.monitoring.session.Publication;
import io.aitbc.monitoring.session.Session;
import io.aitbc.monitoring.session.SessionState;
import io.aitbc.monitoring.session.Sessions;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** Takes targets up and drops them. */
@Service
class TargetDesk {

    private static final int MOST_JOBS = 200;

    /** @param isNew false when it was there already, by the same request */
    record Made(TargetView target, boolean isNew) {}

    private final Sessions sessions;
    private final Targets targets;
    private final TargetRules rules;
    private final Publication publication;
    private final AuditLog audit;
    private final Clock clock;

    TargetDesk(
            Sessions sessions,
            Targets targets,
            TargetRules rules,
            Publication publication,
            AuditLog audit,
            Clock clock) {
        this.sessions = sessions;
        this.targets = targets;
        this.rules = rules;
        this.publication = publication;
        this.audit = audit;
        this.clock = clock;
    }

    Made add(Caller caller, String sessionId, NewTarget asked) {
        // What is wrong is refused before anything is locked or read from Prometheus.
        Target wanted =
                rules.check(sessions.require(sessionId), asked, clock.instant().truncatedTo(ChronoUnit.MICROS));
        return publication.change(() -> add(caller, wanted));
    }

    private Made add(Caller caller, Target wanted) {
        Session session = sessions.lock(wanted.sessionId());
        List<Target> there = targets.of(wanted.sessionId());
        Optional<Target> same = there.stream()
                .filter(target -> target.jobName().equals(wanted.jobName()))
                .findAny();
        if (same.isPresent()) {
            if (!same.get().equals(wanted.at(same.get().createdAt()))) {
                throw Problem.conflict(
                        "target-exists",
                        "The session has another target " + wanted.jobName()
                                + " already; delete that one first, or choose another job_name.");
            }
            return new Made(TargetView.of(same.get(), Sightings.NONE), false);
        }
        if (session.state() == SessionState.STOPPED) {
            throw Problem.conflict(
                    "session-stopped", "The session is stopped and takes no more targets; make a new session.");
        }
        if (there.size() >= MOST_JOBS) {
            throw Problem.conflict(
                    "too-many-targets", "A session has at most " + MOST_JOBS + " targets; delete one first.");
        }
        targets.insert(wanted);
        sessions.move(
                wanted.sessionId(),
                EnumSet.of(SessionState.PLANNED, SessionState.RUNNING, SessionState.COLLECTED, SessionState.FAILED),
                SessionState.ARMING,
                null);
        TargetView view = TargetView.of(wanted, Sightings.NONE);
        audit.record(caller, "target.add", subject(wanted), null, view.scrapeConfig());
        return new Made(view, true);
    }

    void delete(Caller caller, String sessionId, String jobName) {
        publication.change(() -> {
            sessions.lock(sessionId);
            List<Target> there = targets.of(sessionId);
            Target target = there.stream()
                    .filter(each -> each.jobName().equals(jobName))
                    .findAny()
                    .orElseThrow(() -> Problem.notFound(
                            "target-not-found",
                            "The session has no target of this job_name; GET /api/v1/sessions/" + sessionId
                                    + "/targets lists all."));
            targets.delete(sessionId, jobName, clock.instant());
            if (there.size() == 1) {
                sessions.move(
                        sessionId, EnumSet.of(SessionState.ARMING, SessionState.RUNNING), SessionState.PLANNED, null);
            }
            TargetView view = TargetView.of(target, Sightings.NONE);
            audit.record(caller, "target.delete", subject(target), view.scrapeConfig(), null);
            return Optional.empty();
        });
    }

    private static String subject(Target target) {
        return target.sessionId() + "/" + target.jobName();
    }
}

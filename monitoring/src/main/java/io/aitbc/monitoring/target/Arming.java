package io.aitbc.monitoring.target;

import io.aitbc.monitoring.session.Session;
import io.aitbc.monitoring.session.SessionState;
import io.aitbc.monitoring.session.Sessions;
import io.aitbc.service.web.Problem;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** Looks, in one replica at a time, whether the targets of sessions that arm are all scraped by now. */
@Component
class Arming {

    private static final Logger LOG = LoggerFactory.getLogger(Arming.class);

    private final Sessions sessions;
    private final Targets targets;
    private final TargetWatch watch;
    private final TransactionTemplate transaction;

    Arming(Sessions sessions, Targets targets, TargetWatch watch, PlatformTransactionManager transactions) {
        this.sessions = sessions;
        this.targets = targets;
        this.watch = watch;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Scheduled(fixedDelayString = "PT2S", initialDelayString = "PT2S")
    @SchedulerLock(name = "session-arming", lockAtMostFor = "PT2M")
    public void look() {
        try {
            List<Session> arming = sessions.in(SessionState.ARMING);
            Optional<Sightings> seen = arming.isEmpty() ? Optional.empty() : watch.look();
            seen.ifPresent(sightings -> arming.forEach(session -> advance(session.sessionId(), sightings)));
        } catch (DataAccessException | TransactionException | Problem e) {
            LOG.warn("Sessions arm later: {}", e.toString());
        }
    }

    /** The session is locked, so that no target is added unseen. */
    private void advance(String sessionId, Sightings seen) {
        transaction.executeWithoutResult(status -> {
            sessions.lock(sessionId);
            List<Target> all = targets.of(sessionId);
            if (!all.isEmpty() && all.stream().allMatch(seen::areAllUp)) {
                sessions.move(sessionId, EnumSet.of(SessionState.ARMING), SessionState.RUNNING, null);
            }
        });
    }
}

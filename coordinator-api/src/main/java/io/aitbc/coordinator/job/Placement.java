package io.aitbc.coordinator.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.coordinator.account.Admissions;
import io.aitbc.coordinator.job.Errands.Errand;
import io.aitbc.coordinator.job.HubClient.HubAway;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Places jobs on the pool and cancels them there, until the pool-hub has been told: at once while somebody waits, and by
 * schedule, in every replica, for what could not be told then.
 */
class Placement {

    /** Longer than any call to the pool-hub takes. */
    static final Duration LEASE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(Placement.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    /** Answers by which the pool-hub refuses a job for good. */
    private static final Set<Integer> REFUSALS = Set.of(400, 409, 413, 422);

    private final Errands errands;
    private final HubClient hurried;
    private final HubClient patient;
    private final Outcomes outcomes;
    private final ObjectMapper json;
    private final Clock clock;
    private volatile Instant notBefore = Instant.MIN;

    /** What is written when the pool-hub has spoken, both or neither. */
    record Outcomes(Admissions admissions, JobMeters meters, TransactionTemplate transactions) {}

    /**
     * A way to place jobs.
     *
     * @param hurried for when somebody waits
     */
    Placement(
            Errands errands, HubClient hurried, HubClient patient, Outcomes outcomes, ObjectMapper json, Clock clock) {
        this.errands = errands;
        this.hurried = hurried;
        this.patient = patient;
        this.outcomes = outcomes;
        this.json = json;
        this.clock = clock;
    }

    /** Tells the pool-hub of one job now, if it can be told quickly; otherwise it is told later. */
    void now(UUID poolJobId) {
        try {
            errands.claim(poolJobId, LEASE, clock.instant()).ifPresent(errand -> run(errand, hurried));
        } catch (DataAccessException | TransactionException e) {
            // It is recorded: whoever asked has its answer, and the schedule goes on with it.
            LOG.warn("The job {} is told to the pool-hub later: {}", poolJobId, e.getMessage());
        }
    }

    @Scheduled(fixedDelayString = "PT0.5S", initialDelayString = "PT2S")
    void onSchedule() {
        if (clock.instant().isBefore(notBefore)) {
            return;
        }
        try {
            if (!sweep()) {
                notBefore = clock.instant().plus(PAUSE);
            }
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("Jobs wait to be placed: the database does not answer: {}", e.getMessage());
        }
    }

    /** Tells all that is due. False when the pool-hub is away, and the rest waits. */
    boolean sweep() {
        while (!Thread.currentThread().isInterrupted()) {
            Optional<Errand> next = errands.claim(LEASE, clock.instant());
            if (next.isEmpty()) {
                return true;
            }
            if (!run(next.get(), patient)) {
                return false;
            }
        }
        return true;
    }

    /** False when the pool-hub is away. */
    private boolean run(Errand errand, HubClient hub) {
        try {
            if (errand.isCancel()) {
                cancel(errand, hub);
            } else {
                place(errand, hub);
            }
            return true;
        } catch (HubAway away) {
            LOG.info("The job {} waits for the pool-hub: {}", errand.poolJobId(), away.sentence());
            errands.again(errand, away.mayHaveArrived(), away.sentence(), later(errand));
            return false;
        }
    }

    private void place(Errand errand, HubClient hub) throws HubAway {
        HubClient.Reply reply = hub.post("/v1/jobs", errand.body(), errand.traceparent());
        if (reply.status() / 100 == 2) {
            errands.placed(errand, clock.instant());
        } else if (REFUSALS.contains(reply.status()) && !reply.problem().isEmpty()) {
            over(errand, JobState.REJECTED, reply.problem(), "The pool refused it: " + reply.detail());
        } else {
            throw unclear(reply);
        }
    }

    private void cancel(Errand errand, HubClient hub) throws HubAway {
        HubClient.Reply reply = hub.post(
                "/v1/jobs/" + errand.poolJobId() + "/cancel",
                reason(String.valueOf(errand.cancelReason())),
                errand.traceparent());
        boolean unknown = reply.status() == 404 && reply.problem().equals("unknown-job");
        if (reply.status() / 100 == 2 || reply.status() == 409) {
            // Over already, or soon: either way the pool's news say how it ended.
            errands.told(errand);
        } else if (unknown) {
            // Should it arrive there after all, its news make us cancel it again.
            over(errand, JobState.CANCELLED, null, String.valueOf(errand.cancelReason()));
            errands.told(errand);
        } else {
            throw unclear(reply);
        }
    }

    private void over(Errand errand, JobState state, @org.jspecify.annotations.Nullable String code, String cause) {
        outcomes.transactions().executeWithoutResult(status -> {
            if (errands.over(errand, state, code, cause, clock.instant())) {
                outcomes.admissions()
                        .release(errand.tenantId(), errand.poolJobId().toString());
                outcomes.meters().overWithoutRunning(state);
            }
        });
    }

    /** Such as 401 or 429: nothing that the job could help. */
    private static HubAway unclear(HubClient.Reply reply) {
        String hint = reply.status() == 401 || reply.status() == 403
                ? "; check POOLHUB_SERVICE_KEY."
                : reply.status() == 429 ? "." : "; check POOLHUB_URL.";
        return new HubAway("The pool-hub answered with status " + reply.status() + hint, false, null);
    }

    private Instant later(Errand errand) {
        Duration pause = PAUSE.multipliedBy(1L << Math.min(10, Math.max(0, errand.tries() - 1)));
        return clock.instant().plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
    }

    private String reason(String reason) {
        try {
            return json.writeValueAsString(Map.of("reason", reason));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a reason cannot be written as JSON", e);
        }
    }
}

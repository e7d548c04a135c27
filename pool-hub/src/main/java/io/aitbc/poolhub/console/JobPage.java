package io.aitbc.poolhub.console;

import io.aitbc.poolhub.job.Attempt;
import io.aitbc.poolhub.job.Job;
import io.aitbc.poolhub.job.JobBoard;
import io.aitbc.poolhub.job.JobState;
import io.aitbc.poolhub.match.MatchHistory;
import io.aitbc.poolhub.match.Refusals;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Gathers all that is known of one job, also of one that runs elsewhere and only was matched here. */
@Component
class JobPage {

    private static final int MOST_CALLS = 20;
    private static final int LONGEST_NAME = 128;

    /** Something that happened to it. */
    record Event(Instant at, String sentence) {}

    /**
     * One job.
     *
     * @param job null when the pool only was asked who could take it
     * @param tally who could take it now; null when it does not wait
     */
    record Shown(
            String id,
            @Nullable Job job,
            boolean over,
            @Nullable Duration waited,
            List<Event> life,
            List<Attempt> attempts,
            List<MatchHistory.Call> calls,
            Refusals.@Nullable Tally tally) {}

    private final JobBoard jobs;
    private final MatchHistory matches;
    private final Refusals refusals;
    private final PageModel pages;
    private final Clock clock;

    JobPage(JobBoard jobs, MatchHistory matches, Refusals refusals, PageModel pages, Clock clock) {
        this.jobs = jobs;
        this.matches = matches;
        this.refusals = refusals;
        this.pages = pages;
        this.clock = clock;
    }

    /** @throws Problem 404 when neither a job nor a match call has that name */
    Shown of(String jobId) {
        boolean possible = !jobId.isEmpty() && jobId.length() <= LONGEST_NAME;
        Job job = possible ? jobs.find(jobId).orElse(null) : null;
        List<MatchHistory.Call> calls = possible ? matches.of(jobId, MOST_CALLS) : List.of();
        if (job == null && calls.isEmpty()) {
            throw Problem.notFound(
                    "unknown-job", "Neither a job nor a match call of that name is known here. Look at all jobs.");
        }
        if (job == null) {
            return new Shown(jobId, null, true, null, life(null, List.of(), calls), List.of(), calls, null);
        }
        List<Attempt> attempts = jobs.attempts(jobId);
        boolean over = job.finishedAt() != null;
        return new Shown(
                jobId, job, over, waited(job, attempts), life(job, attempts, calls), attempts, calls, tally(job));
    }

    private Refusals.@Nullable Tally tally(Job job) {
        return job.state() != JobState.QUEUED
                ? null
                : refusals.of(
                        new Refusals.Demand(
                                job.gpuCount(),
                                job.minVramGb(),
                                job.gpuName(),
                                job.region(),
                                job.capabilities(),
                                job.maxPrice()),
                        clock.instant());
    }

    /** In all, over all its waits. */
    private Duration waited(Job job, List<Attempt> attempts) {
        Instant until = job.finishedAt();
        for (Attempt attempt : attempts) {
            if (!attempt.assignedAt().isBefore(job.queuedAt())) {
                until = attempt.assignedAt();
            }
        }
        Instant end = until == null ? clock.instant() : until;
        Duration last = end.isAfter(job.queuedAt()) ? Duration.between(job.queuedAt(), end) : Duration.ZERO;
        return last.plusMillis(job.waitedMs());
    }

    /** Without the state's name, which the cause of a job that ran begins with. */
    private static String why(Job job, Show show) {
        String cause = job.cause();
        String state = show.words(job.state()) + ": ";
        return cause == null ? "." : ": " + (cause.startsWith(state) ? cause.substring(state.length()) : cause);
    }

    /** Once it has ended, its cause is that of its end. */
    private static String whyNow(Attempt attempt) {
        return attempt.endedAt() != null || attempt.cause() == null ? "." : ": " + attempt.cause();
    }

    private static String more(Attempt attempt, Show show) {
        String cause = attempt.cause();
        return cause == null || cause.equals(show.words(attempt.outcome())) ? "." : "; " + cause;
    }

    private List<Event> life(@Nullable Job job, List<Attempt> attempts, List<MatchHistory.Call> calls) {
        Show show = pages.show();
        List<Event> life = new ArrayList<>();
        if (job != null) {
            life.add(new Event(job.submittedAt(), job.tenantId() + " submitted it."));
        }
        for (MatchHistory.Call call : calls) {
            life.add(new Event(
                    call.at(),
                    "The pool was asked who could take it: "
                            + Listing.counted(call.offers().size(), "miner") + " offered, "
                            + call.rejected().values().stream()
                                    .mapToInt(Integer::intValue)
                                    .sum()
                            + " not."));
        }
        for (Attempt attempt : attempts) {
            String name = "attempt " + attempt.attempt();
            life.add(new Event(
                    attempt.assignedAt(),
                    "It was given " + Listing.counted(attempt.gpuUuids().size(), "GPU") + " of " + attempt.minerId()
                            + " (" + name + ")."));
            if (attempt.startedAt() != null) {
                life.add(new Event(attempt.startedAt(), attempt.minerId() + " started it (" + name + ")."));
            }
            if (attempt.stopRequested() != null) {
                life.add(new Event(
                        attempt.stopRequested(), attempt.minerId() + " was told to stop it" + whyNow(attempt)));
            }
            if (attempt.endedAt() != null) {
                life.add(new Event(
                        attempt.endedAt(),
                        "Its " + name + " ended: " + show.words(attempt.outcome()) + more(attempt, show)));
            }
        }
        if (job != null && job.finishedAt() != null) {
            life.add(new Event(job.finishedAt(), "It is " + show.words(job.state()) + why(job, show)));
        }
        // What happened at the same moment stays in the order that it is told in.
        life.sort(Comparator.comparing(Event::at));
        return life;
    }
}

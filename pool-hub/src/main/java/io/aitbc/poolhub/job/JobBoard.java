package io.aitbc.poolhub.job;

import io.aitbc.service.security.Caller;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Jobs as people look at them and take them back. */
@Component
public class JobBoard {

    private final Jobs jobs;
    private final Attempts attempts;
    private final Submissions submissions;

    JobBoard(Jobs jobs, Attempts attempts, Submissions submissions) {
        this.jobs = jobs;
        this.attempts = attempts;
        this.submissions = submissions;
    }

    /** How many jobs are in each state; those that are over are left out. */
    public Map<JobState, Integer> active() {
        return jobs.active();
    }

    /** The latest first, from before a moment and a name. */
    public List<Job> list(Jobs.Filter filter, Instant before, String beforeId, int limit) {
        return jobs.list(filter, before, beforeId, limit);
    }

    public Optional<Job> find(String jobId) {
        return jobs.find(jobId);
    }

    /** Every time that a job was given to a miner, the first one first. */
    public List<Attempt> attempts(String jobId) {
        return attempts.of(jobId);
    }

    /**
     * Cancels a job: at once when it does not run, else as soon as its miner has stopped it.
     *
     * @throws io.aitbc.service.web.Problem 404 when there is none, 409 when it came to another end
     */
    public Job cancel(Caller caller, String jobId, String reason) {
        return submissions.cancel(caller, jobId, reason);
    }
}

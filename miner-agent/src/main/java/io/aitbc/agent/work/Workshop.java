package io.aitbc.agent.work;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.agent.gpu.Order;
import io.aitbc.agent.heart.Timing;
import io.aitbc.agent.hub.HubClient;
import io.aitbc.agent.storage.DataFolder;
import io.aitbc.agent.storage.StorageFailed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This miner's jobs. What it has, and what the hub has not been told yet, is written down before anything follows from it, so
 * that after a kill at any line each job runs once and is told of once. Only for the timing's thread.
 */
public final class Workshop {

    private static final Logger LOG = LoggerFactory.getLogger(Workshop.class);
    private static final String FILE = "jobs.json";
    private static final int MOST_REMEMBERED = 1_000;

    /** A job that this miner has. */
    record Running(Assignment job, @Nullable Instant startedAt, boolean stopping) {}

    /** What is written down. */
    record Kept(List<Running> running, List<JobNews> untold) {}

    private final @Nullable DataFolder folder;
    private final Kept kept;
    private final Timing timing;
    private final Runner runner;
    private final Messenger messenger;
    private final Map<String, Running> running = new LinkedHashMap<>();
    /** What was over lately: an answer that was on its way may still offer it. */
    private final Set<String> over = Collections.newSetFromMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_REMEMBERED;
        }
    });

    /**
     * Has no jobs yet.
     *
     * @param folder where jobs are written down; null where they need not outlive the process
     */
    public Workshop(
            @Nullable DataFolder folder,
            HubClient hub,
            String minerKey,
            Timing timing,
            Function<Workshop, ? extends Runner> runner) {
        this.folder = folder;
        // Read at once: an agent that cannot know what it left behind must not begin.
        this.kept = folder == null
                ? new Kept(List.of(), List.of())
                : folder.read(FILE, Kept.class).orElse(new Kept(List.of(), List.of()));
        this.timing = timing;
        this.messenger = new Messenger(hub, minerKey, timing, this::unwanted, this::keep);
        this.runner = runner.apply(this);
    }

    /** Goes on with what an earlier process left. */
    public void resume() {
        kept.running().forEach(one -> running.put(one.job().key(), one));
        messenger.resume(kept.untold());
        kept.running().forEach(one -> {
            LOG.info("Taking up job {} again.", one.job().jobId());
            runner.start(one.job());
            if (one.stopping()) {
                runner.stop(one.job(), "it was told to stop");
            }
        });
    }

    /** The hub's answer to a heartbeat. */
    public void answered(JsonNode reply) {
        for (JsonNode said : reply.path("assignments")) {
            Assignment job = Assignment.of(said);
            boolean known = running.containsKey(job.key())
                    || over.contains(job.key())
                    || messenger.untold().stream()
                            .anyMatch(news -> news.jobId().equals(job.jobId()) && news.attempt() == job.attempt());
            if (!job.jobId().isEmpty() && !known) {
                begin(job);
            }
        }
    }

    private void begin(Assignment job) {
        running.put(job.key(), new Running(job, null, false));
        try {
            keep();
        } catch (StorageFailed e) {
            // What cannot be written down is not begun; the hub offers it again, or gives it to somebody else.
            running.remove(job.key());
            LOG.error("Job {} is not taken: {}", job.jobId(), e.getMessage());
            return;
        }
        runner.start(job);
    }

    /** The hub tells to stop a job; that there is none is as good. */
    public Order.Result stop(@Nullable String jobId, @Nullable Integer attempt) {
        List<Running> meant = new ArrayList<>(running.values());
        meant.removeIf(one -> !one.job().jobId().equals(jobId)
                || (attempt != null && one.job().attempt() != attempt));
        meant.forEach(one -> stop(one, "the hub asked for it"));
        return Order.Result.done();
    }

    /** Stops all. */
    public void stopAll() {
        List.copyOf(running.values()).forEach(one -> stop(one, "this agent stops"));
    }

    private void stop(Running one, String why) {
        running.put(one.job().key(), new Running(one.job(), one.startedAt(), true));
        keep();
        runner.stop(one.job(), why);
    }

    private void unwanted(JobNews news) {
        Running one = running.get(news.jobId() + "#" + news.attempt());
        if (one != null) {
            LOG.info("The hub does not want job {} to go on.", news.jobId());
            stop(one, "the hub gave it to somebody else");
        }
    }

    /** A job has begun. */
    public void started(Assignment job) {
        Running one = running.get(job.key());
        if (one != null && one.startedAt() == null) {
            Instant now = timing.now();
            running.put(job.key(), new Running(job, now, one.stopping()));
            tell(JobNews.started(job, now));
        }
    }

    /** A job is done. */
    public void completed(Assignment job, Instant at, @Nullable Integer exitCode) {
        Running one = over(job);
        if (one != null) {
            tell(JobNews.completed(job, startOf(one), notBefore(startOf(one), at), exitCode));
        }
    }

    /** A job failed: {@code job_error} and {@code timeout} are its own fault, all else is this machine's. */
    public void failed(Assignment job, Instant at, String failCode, String detail, @Nullable Integer exitCode) {
        Running one = over(job);
        if (one != null) {
            tell(JobNews.failed(job, one.startedAt(), notBefore(one.startedAt(), at), failCode, detail, exitCode));
        }
    }

    /** A job was stopped before its end. */
    public void stopped(Assignment job, Instant at, double progressS) {
        Running one = over(job);
        if (one != null) {
            tell(JobNews.stopped(job, one.startedAt(), notBefore(one.startedAt(), at), progressS));
        }
    }

    private @Nullable Running over(Assignment job) {
        over.add(job.key());
        return running.remove(job.key());
    }

    private static Instant notBefore(@Nullable Instant start, Instant at) {
        return start != null && at.isBefore(start) ? start : at;
    }

    private Instant startOf(Running one) {
        return one.startedAt() == null ? timing.now() : one.startedAt();
    }

    /** Whether a job was told to stop. */
    public boolean isStopping(Assignment job) {
        Running one = running.get(job.key());
        return one != null && one.stopping();
    }

    @Nullable
    Instant startedAt(Assignment job) {
        Running one = running.get(job.key());
        return one == null ? null : one.startedAt();
    }

    Timing timing() {
        return timing;
    }

    private void tell(JobNews news) {
        LOG.info("Job {}, attempt {}: {}.", news.jobId(), news.attempt(), news.type());
        messenger.tell(news);
        keep();
    }

    private void keep() {
        if (folder != null) {
            folder.write(FILE, new Kept(List.copyOf(running.values()), messenger.untold()));
        }
    }

    /** How many jobs it has. */
    public int size() {
        return running.size();
    }

    /** Whether the hub knows all. */
    public boolean isAllTold() {
        return messenger.untold().isEmpty();
    }

    /** The jobs that it has or still has to tell of, as they go into heartbeats. */
    public List<Map<String, Object>> known() {
        Map<String, Map<String, Object>> known = new LinkedHashMap<>();
        running.values()
                .forEach(one -> known.put(
                        one.job().key(),
                        Map.of("job_id", one.job().jobId(), "attempt", one.job().attempt())));
        messenger
                .untold()
                .forEach(news -> known.put(
                        news.jobId() + "#" + news.attempt(),
                        Map.of("job_id", news.jobId(), "attempt", news.attempt())));
        return List.copyOf(known.values());
    }
}

package io.aitbc.agent.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.agent.heart.Timing;
import io.aitbc.agent.hub.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The demo tenants' work: asks the hub for a match, lets the miner that it names work for a while, and reports how that
 * ended, so that usage keeps flowing. Runs on the scheduler's thread.
 */
final class Workload {

    private static final Logger LOG = LoggerFactory.getLogger(Workload.class);
    private static final Duration MEAN_LENGTH = Duration.ofMinutes(72);
    private static final double BUSY_SHARE = 0.35;
    private static final Duration SHORTEST_GAP = Duration.ofSeconds(1);
    private static final Duration SHORTEST_JOB = Duration.ofSeconds(2);
    private static final int MOST_UNREPORTED = 10_000;
    private static final int[] VRAM_WANTED = {16, 24, 40, 80};
    private static final String[] FAIL_CODES = {"cuda_error", "out_of_memory", "job_timeout"};

    private final Operator hub;
    private final Map<String, LiveMiner> miners;
    private final double speed;
    private final Timing timing;
    private final Chance chance;
    private int unreported;

    /** A job that a miner is working on. */
    private record Job(String id, String tenantId, int gpus, Instant startedAt, boolean fails, double latencyMs) {}

    Workload(Operator hub, Map<String, LiveMiner> miners, FleetSettings settings, Timing timing) {
        this.hub = hub;
        this.miners = miners;
        this.speed = settings.speed();
        this.timing = timing;
        this.chance = Chance.of(settings.seed(), "workload", 0);
    }

    /** Asks for work for ever, at the pace that keeps about a third of the miners busy. */
    void start() {
        Duration mean = shortened(MEAN_LENGTH).dividedBy(Math.max(1, Math.round(miners.size() * BUSY_SHARE)));
        Duration wait = chance.waitFor(mean.compareTo(SHORTEST_GAP) < 0 ? SHORTEST_GAP : mean);
        timing.after(wait, () -> {
            ask();
            start();
        });
    }

    private void ask() {
        if (unreported >= MOST_UNREPORTED) {
            return; // The hub has been away for long; more work would only grow the heap.
        }
        String jobId = "job-" + UUID.randomUUID();
        String tenantId = DemoTenant.draw(chance).tenantId();
        int gpus = chance.happens(0.7) ? 1 : 2;
        Map<String, Object> request = Map.of(
                "job_id",
                jobId,
                "tenant_id",
                tenantId,
                "requirements",
                Map.of("min_vram_gb", VRAM_WANTED[chance.between(0, VRAM_WANTED.length - 1)], "gpu_count", gpus),
                "top_k",
                5);
        timing.whenDone(hub.post("/v1/match", request), reply -> place(jobId, tenantId, gpus, reply));
    }

    private void place(String jobId, String tenantId, int gpus, Reply reply) {
        if (!(reply instanceof Reply.Accepted accepted)) {
            LOG.debug("No match for {}: {}", jobId, reply);
            return;
        }
        LiveMiner live = firstThatCan(accepted.body().path("candidates"), gpus);
        if (live == null) {
            return;
        }
        Instant now = timing.now();
        boolean fails = chance.happens(live.miner().failureRate(false));
        Duration length = shortened(chance.jobLength());
        Job job = new Job(
                jobId, tenantId, gpus, now, fails, chance.latency(live.miner().latencyMs(false)));
        live.begin(gpus);
        double done = fails ? chance.between(10, 90) / 100.0 : 1;
        timing.after(Duration.ofMillis(Math.round(length.toMillis() * done)), () -> finish(live, job));
    }

    /** Others may be in the pool as well; the fleet can only work where it is at home. */
    private @Nullable LiveMiner firstThatCan(JsonNode candidates, int gpus) {
        for (JsonNode candidate : candidates) {
            LiveMiner live = miners.get(candidate.path("miner_id").asText());
            if (live != null && live.canTake(gpus, timing.now())) {
                return live;
            }
        }
        return null;
    }

    private void finish(LiveMiner live, Job job) {
        live.end(job.gpus());
        Instant now = timing.now();
        boolean lost = live.isSilent(now);
        String outcome = job.fails() || lost ? "failed" : "completed";
        Map<String, Object> feedback = new LinkedHashMap<>();
        feedback.put("job_id", job.id());
        feedback.put("miner_id", live.miner().id());
        feedback.put("tenant_id", job.tenantId());
        feedback.put("outcome", outcome);
        feedback.put("latency_ms", job.latencyMs());
        feedback.put("gpu_count", job.gpus());
        feedback.put("started_at", job.startedAt());
        feedback.put("finished_at", now);
        if (lost) {
            feedback.put("fail_code", "miner_lost");
        } else if (job.fails()) {
            feedback.put("fail_code", chance.oneOf(FAIL_CODES));
        }
        unreported++;
        report(feedback, Duration.ofSeconds(1));
    }

    /** Says it until the hub has it: feedback is the same fact however often it comes. */
    private void report(Map<String, Object> feedback, Duration wait) {
        timing.whenDone(hub.post("/v1/feedback", feedback), reply -> {
            if (reply instanceof Reply.Unavailable unavailable) {
                Duration asked = unavailable.retryAfter();
                Duration next = (asked == null ? wait : asked).plusMillis(chance.between(0, 5_000));
                Duration doubled = wait.toSeconds() < 60 ? wait.multipliedBy(2) : wait;
                timing.after(next, () -> report(feedback, doubled));
                return;
            }
            unreported--;
            if (reply instanceof Reply.Refused refused) {
                LOG.warn("Feedback on {} was refused: {}", feedback.get("job_id"), refused.detail());
            }
        });
    }

    private Duration shortened(Duration simulated) {
        Duration real = Duration.ofMillis(Math.round(simulated.toMillis() / speed));
        return real.compareTo(SHORTEST_JOB) < 0 ? SHORTEST_JOB : real;
    }
}

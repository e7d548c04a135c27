package io.aitbc.agent.simulation;

import io.aitbc.agent.heart.Timing;
import io.aitbc.agent.hub.Reply;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The demo tenants' work: jobs for the pool, as many as keep about a third of the fleet busy. What becomes of them is between
 * the hub and its miners. Runs on the scheduler's thread.
 */
final class Workload {

    private static final Logger LOG = LoggerFactory.getLogger(Workload.class);
    private static final Duration MEAN_LENGTH = Duration.ofMinutes(72);
    private static final double BUSY_SHARE = 0.35;
    private static final Duration SHORTEST_GAP = Duration.ofSeconds(1);
    private static final Duration SHORTEST_JOB = Duration.ofSeconds(2);
    private static final int LONGEST_OVER_USUAL = 4;

    private final Operator hub;
    private final List<SimulatedMiner> miners;
    private final double speed;
    private final Timing timing;
    private final Chance chance;
    private boolean away;

    Workload(Operator hub, Collection<SimulatedMiner> miners, FleetSettings settings, Timing timing) {
        this.hub = hub;
        this.miners = List.copyOf(miners);
        this.speed = settings.speed();
        this.timing = timing;
        this.chance = Chance.of(settings.seed(), "workload", 0);
    }

    /** Submits jobs for ever. */
    void start() {
        Duration mean = shortened(MEAN_LENGTH).dividedBy(Math.max(1, Math.round(miners.size() * BUSY_SHARE)));
        Duration wait = chance.waitFor(mean.compareTo(SHORTEST_GAP) < 0 ? SHORTEST_GAP : mean);
        timing.after(wait, () -> {
            submit();
            start();
        });
    }

    private void submit() {
        if (away) {
            return; // Nobody takes work in.
        }
        // What some miner of the fleet has: a job that nobody can ever run would wait for ever.
        SimulatedMiner like = miners.get(chance.between(0, miners.size() - 1));
        int gpus = chance.happens(0.7) ? 1 : Math.min(2, like.gpuCount());
        Duration length = shortened(chance.jobLength());
        int seconds = (int) Math.max(1, length.toSeconds());
        Map<String, Object> job = Map.of(
                "job_id",
                "job-" + UUID.randomUUID(),
                "tenant_id",
                DemoTenant.draw(chance).tenantId(),
                "gpu_count",
                gpus,
                "min_vram_gb",
                like.gpu().vramGb / (chance.happens(0.5) ? 1 : 2),
                "priority",
                chance.happens(0.05) ? 90 : chance.between(30, 60),
                "preemptible",
                chance.happens(0.6),
                "expected_duration_s",
                seconds,
                "max_duration_s",
                LONGEST_OVER_USUAL * seconds + 60,
                "spec",
                Map.of("command", List.of("simulated"), "simulated_seconds", seconds));
        away = true; // One at a time, so that a hub that comes back is not flooded.
        timing.whenDone(hub.post("/v1/jobs", job), reply -> {
            if (reply instanceof Reply.Unavailable) {
                timing.after(Duration.ofSeconds(5), () -> away = false);
                return;
            }
            away = false;
            if (reply instanceof Reply.Refused refused) {
                LOG.warn("A job was refused: {}", refused.detail());
            }
        });
    }

    private Duration shortened(Duration simulated) {
        Duration real = Duration.ofMillis(Math.round(simulated.toMillis() / speed));
        return real.compareTo(SHORTEST_JOB) < 0 ? SHORTEST_JOB : real;
    }
}

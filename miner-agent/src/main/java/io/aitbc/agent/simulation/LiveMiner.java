package io.aitbc.agent.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.agent.gpu.OrderDesk;
import io.aitbc.agent.heart.Timing;
import io.aitbc.agent.hub.Heartbeat;
import io.aitbc.agent.hub.HubClient;
import io.aitbc.agent.work.Ear;
import io.aitbc.agent.work.Workshop;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** What one miner is doing now. Only for the scheduler's thread. */
final class LiveMiner {

    private static final long MIB_PER_GIB = 1024;

    private final SimulatedMiner miner;
    private final Chance chance;
    private final SimulatedGpus gpus;
    private final SimulatedJobs jobs;
    private final Workshop workshop;
    private final OrderDesk orders;
    private Instant silentUntil = Instant.MIN;

    LiveMiner(SimulatedMiner miner, long seed, HubClient hub, String key, Timing timing) {
        this.miner = miner;
        this.gpus = new SimulatedGpus(seed, miner, timing.now());
        this.chance = Chance.of(seed, "vitals", miner.number());
        SimulatedJobs[] made = new SimulatedJobs[1];
        this.workshop = new Workshop(null, hub, key, timing, shop -> {
            made[0] = new SimulatedJobs(shop, this, timing, Chance.of(seed, "jobs", miner.number()));
            return made[0];
        });
        this.jobs = made[0];
        this.orders = new OrderDesk(order ->
                order.type().equals("stop_job") ? workshop.stop(order.jobId(), order.attempt()) : gpus.obey(order));
    }

    /** What it says with its next heartbeat; nothing while it is silent. */
    Optional<Heartbeat> vitals(Instant now) {
        if (isSilent(now)) {
            return Optional.empty();
        }
        Set<Integer> busy = jobs.busyGpus();
        double load = (double) busy.size() / miner.gpuCount();
        long memory = MIB_PER_GIB * miner.gpu().vramGb * miner.gpuCount();
        return Optional.of(new Heartbeat(
                busy.size() == miner.gpuCount() ? "busy" : "ready",
                workshop.size(),
                0,
                Math.round(load * chance.between(850, 990)) / 10.0,
                Math.round(memory * load * 0.7),
                memory,
                chance.latency(miner.latencyMs(false)),
                gpus.reports(now, busy),
                orders.results(),
                workshop.known()));
    }

    /** Hears of work as soon as the hub has some. */
    void listen(HubClient hub, String key, Timing timing) {
        new Ear(hub, key, timing, () -> isSilent(timing.now()), reply -> {
                    orders.heard(reply);
                    workshop.answered(reply);
                })
                .start();
    }

    /** What the hub answered. */
    void answered(JsonNode reply) {
        orders.answered(reply);
        workshop.answered(reply);
    }

    void fallSilent(Instant now, Duration length) {
        silentUntil = now.plus(length);
    }

    boolean isSilent(Instant now) {
        return now.isBefore(silentUntil);
    }

    SimulatedGpus gpus() {
        return gpus;
    }

    SimulatedMiner miner() {
        return miner;
    }
}

package io.aitbc.agent.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.agent.gpu.OrderDesk;
import io.aitbc.agent.hub.Heartbeat;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What one miner is doing now. Only for the scheduler's thread. */
final class LiveMiner {

    private static final long MIB_PER_GIB = 1024;

    private final SimulatedMiner miner;
    private final Chance chance;
    private int busyGpus;
    private int jobs;
    private final SimulatedGpus gpus;
    private final OrderDesk orders;
    private Instant silentUntil = Instant.MIN;

    LiveMiner(SimulatedMiner miner, long seed, Instant start) {
        this.miner = miner;
        this.gpus = new SimulatedGpus(seed, miner, start);
        this.orders = new OrderDesk(gpus::obey);
        this.chance = Chance.of(seed, "vitals", miner.number());
    }

    /** What it says with its next heartbeat; nothing while it is silent. */
    Optional<Heartbeat> vitals(Instant now) {
        if (isSilent(now)) {
            return Optional.empty();
        }
        double load = (double) busyGpus / miner.gpuCount();
        long memory = MIB_PER_GIB * miner.gpu().vramGb * miner.gpuCount();
        return Optional.of(new Heartbeat(
                busyGpus == miner.gpuCount() ? "busy" : "ready",
                jobs,
                0,
                Math.round(load * chance.between(850, 990)) / 10.0,
                Math.round(memory * load * 0.7),
                memory,
                chance.latency(miner.latencyMs(false)),
                gpus.reports(now, busyGpus),
                orders.results()));
    }

    /** What the hub answered. */
    void answered(JsonNode reply) {
        orders.answered(reply);
    }

    void fallSilent(Instant now, Duration length) {
        silentUntil = now.plus(length);
    }

    boolean isSilent(Instant now) {
        return now.isBefore(silentUntil);
    }

    boolean canTake(int gpus, Instant now) {
        return !isSilent(now) && busyGpus + gpus <= miner.gpuCount();
    }

    void begin(int gpus) {
        busyGpus += gpus;
        jobs++;
    }

    void end(int gpus) {
        busyGpus -= gpus;
        jobs--;
    }

    SimulatedMiner miner() {
        return miner;
    }
}

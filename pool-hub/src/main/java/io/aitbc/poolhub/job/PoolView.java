package io.aitbc.poolhub.job;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.scheduling.GpuSlot;
import io.aitbc.gpu.scheduling.Policy;
import io.aitbc.gpu.scheduling.Scheduler;
import io.aitbc.poolhub.gpu.PoolGpus;
import io.aitbc.poolhub.miner.FleetMiner;
import io.aitbc.poolhub.miner.FleetView;
import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Makes a scheduler that knows the pool as it is now: miners, their GPUs and what is used of them. */
@Component
class PoolView {

    private static final int MIB_PER_GIB = 1_024;

    private final JdbcTemplate jdbc;
    private final PoolGpus gpus;
    private final FleetView fleet;
    private final JobSettings settings;

    PoolView(JdbcTemplate jdbc, PoolGpus gpus, FleetView fleet, JobSettings settings) {
        this.jdbc = jdbc;
        this.gpus = gpus;
        this.fleet = fleet;
        this.settings = settings;
    }

    /**
     * A scheduler without jobs.
     *
     * @param going the attempts that have GPUs now
     * @param justEnded attempts by miner that ended so lately that the miner's last word may still count them
     * @param prices what waiting jobs pay at most
     */
    Scheduler scheduler(
            List<Attempt> going, Map<String, Integer> justEnded, Collection<BigDecimal> prices, Instant now) {
        Map<String, List<Attempt>> attempts = going.stream().collect(Collectors.groupingBy(Attempt::minerId));
        Map<String, List<GpuSlot>> byMiner = new HashMap<>();
        gpus.slots()
                .forEach(slot -> byMiner.computeIfAbsent(slot.node(), id -> new ArrayList<>())
                        .add(slot));
        Scheduler scheduler = new Scheduler(Policy.standard());
        Set<String> known = new HashSet<>();
        for (FleetMiner miner : fleet.snapshot()) {
            List<GpuSlot> slots = byMiner.getOrDefault(miner.minerId(), stated(miner));
            slots.forEach(slot -> known.add(slot.uuid()));
            put(
                    scheduler,
                    miner,
                    slots,
                    attempts.getOrDefault(miner.minerId(), List.of()),
                    justEnded.getOrDefault(miner.minerId(), 0),
                    now);
            scheduler.label(miner.minerId(), labels(miner, prices));
        }
        // A job may have GPUs that are not known (any more): they are nobody else's.
        for (Attempt attempt : going) {
            for (String uuid : attempt.gpuUuids()) {
                if (known.add(uuid)) {
                    scheduler.put(new GpuSlot(uuid, attempt.minerId(), null, 0, -1, -1, GpuState.DRAINING, false, 0));
                }
            }
        }
        return scheduler;
    }

    private void put(
            Scheduler scheduler,
            FleetMiner miner,
            List<GpuSlot> slots,
            List<Attempt> attempts,
            int justEnded,
            Instant now) {
        boolean welcome = welcome(miner, now);
        Set<String> busy = new HashSet<>();
        attempts.forEach(attempt -> busy.addAll(attempt.gpuUuids()));
        Set<String> elsewhere = new HashSet<>(busy);
        slots.forEach(slot -> elsewhere.remove(slot.uuid()));
        int running = (int) attempts.stream()
                .filter(attempt -> attempt.state() == Attempt.State.RUNNING)
                .count();
        // Of work that is not the pool's it is only known how much there is; of GPUs that had other names, how many.
        int taken = Math.max(0, miner.currentJobs() - running - justEnded) + elsewhere.size();
        for (GpuSlot slot : slots) {
            boolean hidden = !busy.contains(slot.uuid()) && taken-- > 0;
            scheduler.put(welcome && !hidden ? slot : slot.in(GpuState.DRAINING, slot.critical(), slot.risk()));
        }
    }

    /** Whether a miner may get a job. */
    private boolean welcome(FleetMiner miner, Instant now) {
        return miner.isApproved()
                && miner.isAlive(now)
                && !miner.isInMaintenance(now)
                && !miner.draining()
                && fleet.lastHeard(miner.minerId())
                        .map(heard -> heard.plus(settings.silence()).isAfter(now))
                        .orElse(false);
    }

    /** The GPUs that a miner says that it has, when they do not speak themselves. */
    private static List<GpuSlot> stated(FleetMiner miner) {
        List<GpuSlot> slots = new ArrayList<>();
        long memory = miner.vramGb() == null ? 0 : (long) (miner.vramGb() * MIB_PER_GIB);
        for (int i = 0; i < Math.min(1_024, miner.gpuCount()); i++) {
            slots.add(new GpuSlot(
                    miner.minerId() + "/gpu-" + i,
                    miner.minerId(),
                    miner.gpuName(),
                    memory,
                    -1,
                    -1,
                    GpuState.HEALTHY,
                    false,
                    0));
        }
        return slots;
    }

    private static Set<String> labels(FleetMiner miner, Collection<BigDecimal> prices) {
        Set<String> labels = new HashSet<>(miner.capabilities());
        if (miner.region() != null) {
            labels.add(Job.regionLabel(miner.region()));
        }
        for (BigDecimal most : prices) {
            if (miner.price().compareTo(most) <= 0) {
                labels.add(Job.priceLabel(most));
            }
        }
        return labels;
    }

    /** When a miner was really last heard of, by the database; null when it never was. */
    @Nullable
    Instant lastHeard(String minerId) {
        return jdbc
                .queryForList("SELECT last_heartbeat_at FROM miner_status WHERE miner_id = ?", Timestamp.class, minerId)
                .stream()
                .filter(Objects::nonNull)
                .findFirst()
                .map(Timestamp::toInstant)
                .orElse(null);
    }

    /** For how long a miner may be silent. */
    Duration grace() {
        return fleet.grace();
    }

    /** Whether a miner has been silent for longer than it may; what the hub itself did not hear does not count. */
    boolean isDead(String minerId, Instant now) {
        return fleet.find(minerId)
                .map(miner -> miner.downAfter() == null || !now.isBefore(miner.downAfter()))
                .orElse(true);
    }

    /** Attempts on GPUs that must not work. */
    List<Attempt> onSickGpus(List<Attempt> going) {
        Set<String> sick = new HashSet<>();
        for (GpuSlot slot : gpus.slots()) {
            if (slot.state() == GpuState.DRAINING || slot.state() == GpuState.QUARANTINED) {
                sick.add(slot.uuid());
            }
        }
        return going.stream()
                .filter(attempt -> attempt.stopRequested() == null
                        && attempt.gpuUuids().stream().anyMatch(sick::contains))
                .toList();
    }
}

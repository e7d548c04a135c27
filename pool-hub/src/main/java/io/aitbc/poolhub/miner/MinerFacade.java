package io.aitbc.poolhub.miner;

import io.aitbc.service.security.ApiKeys;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Page;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Reads for the API and the console, and what has to follow a committed change: the fleet view and the key cache. */
@Component
public class MinerFacade {

    private final MinerViews views;
    private final StateIntervals intervals;
    private final Maintenance maintenance;
    private final FleetView fleet;
    private final MinerKeys keys;
    private final JdbcTemplate jdbc;

    MinerFacade(
            MinerViews views,
            StateIntervals intervals,
            Maintenance maintenance,
            FleetView fleet,
            MinerKeys keys,
            JdbcTemplate jdbc) {
        this.views = views;
        this.intervals = intervals;
        this.maintenance = maintenance;
        this.fleet = fleet;
        this.keys = keys;
        this.jdbc = jdbc;
    }

    /**
     * One miner, also a removed one.
     *
     * @throws io.aitbc.service.web.Problem 404 when there never was one of that id
     */
    public MinerView get(String minerId) {
        return views.find(minerId).orElseThrow(() -> Registry.unknown(minerId));
    }

    Page<MinerView> list(MinerViews.Filter filter, String after, int limit) {
        return views.list(filter, after, limit);
    }

    /** What a miner was when, in [from, to) and around, oldest first; agreed downtime lies over the rest. */
    public List<StateInterval> intervals(String minerId, Instant from, Instant to) {
        get(minerId);
        return intervals.of(minerId, from, to);
    }

    /**
     * Enters agreed downtime of [start, end), ahead or afterwards.
     *
     * @return its id
     * @throws io.aitbc.service.web.Problem 404 for an unknown miner, 422 for a period that cannot be
     */
    public UUID maintain(Caller caller, String minerId, Instant start, Instant end, String reason) {
        UUID id = maintenance.record(caller, minerId, start, end, reason);
        changed(minerId);
        return id;
    }

    /**
     * Takes back what of an agreed downtime lies ahead.
     *
     * @throws io.aitbc.service.web.Problem 404 when the miner has none of that id, 409 when it is over
     */
    public void withdraw(Caller caller, String minerId, UUID maintenanceId) {
        maintenance.withdraw(caller, minerId, maintenanceId);
        changed(minerId);
    }

    void changed(String minerId) {
        fleet.refresh(List.of(minerId));
    }

    void changed(String minerId, String keyHash, @Nullable String newKey) {
        keys.forget(keyHash);
        if (newKey != null) {
            keys.forget(ApiKeys.sha256(newKey));
        }
        fleet.refresh(List.of(minerId));
    }

    void removed(String minerId) {
        jdbc.queryForList("SELECT api_key_hash FROM miners WHERE miner_id = ?", String.class, minerId)
                .forEach(keys::forget);
        fleet.refresh(List.of(minerId));
    }
}

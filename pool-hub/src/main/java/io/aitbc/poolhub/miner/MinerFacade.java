package io.aitbc.poolhub.miner;

import io.aitbc.service.security.ApiKeys;
import io.aitbc.service.web.Page;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Reads for the controller, and what has to follow a committed change: the fleet view and the key cache. */
@Component
class MinerFacade {

    private final MinerViews views;
    private final StateIntervals intervals;
    private final FleetView fleet;
    private final MinerKeys keys;
    private final JdbcTemplate jdbc;

    MinerFacade(MinerViews views, StateIntervals intervals, FleetView fleet, MinerKeys keys, JdbcTemplate jdbc) {
        this.views = views;
        this.intervals = intervals;
        this.fleet = fleet;
        this.keys = keys;
        this.jdbc = jdbc;
    }

    MinerView get(String minerId) {
        return views.find(minerId).orElseThrow(() -> Registry.unknown(minerId));
    }

    Page<MinerView> list(MinerViews.Filter filter, String after, int limit) {
        return views.list(filter, after, limit);
    }

    List<StateInterval> intervals(String minerId, Instant from, Instant to) {
        get(minerId);
        return intervals.of(minerId, from, to);
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

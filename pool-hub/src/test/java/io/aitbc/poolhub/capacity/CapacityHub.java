package io.aitbc.poolhub.capacity;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.capacity.CapacitySnapshot;
import io.aitbc.capacity.ClassState;
import io.aitbc.poolhub.RunningHub;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntToDoubleFunction;
import org.springframework.beans.factory.annotation.Autowired;

/** A hub whose past the test writes. */
abstract class CapacityHub extends RunningHub {

    static final String CLASS = "NVIDIA H100";

    @Autowired
    SnapshotBook book;

    @Autowired
    SnapshotRun run;

    @Autowired
    CoordinatorNews news;

    @Autowired
    AlertEpisodes episodes;

    /** One snapshot in each of the last hours before now: what was wanted in that hour, not a number for none; and what there was. */
    void past(int hours, IntToDoubleFunction demand, double capacity) {
        Instant now = clock.instant();
        List<CapacitySnapshot> snapshots = new ArrayList<>();
        for (int hour = 0; hour < hours; hour++) {
            double wanted = demand.applyAsDouble(hour);
            if (!Double.isNaN(wanted)) {
                snapshots.add(snapshot(now.minus(Duration.ofHours(hours - hour)), wanted, capacity));
            }
        }
        book.store(snapshots);
    }

    CapacitySnapshot snapshot(Instant at, double demand, double capacity) {
        double running = Math.min(demand, capacity);
        int miners = (int) (capacity / 8);
        ClassState state = new ClassState(running, demand - running, capacity, miners, Math.min(8, capacity), 8);
        return new CapacitySnapshot(
                UUID.randomUUID(),
                miners,
                miners,
                (int) capacity,
                0,
                capacity == 0 ? 0 : 100 * running / capacity,
                null,
                null,
                null,
                at,
                CapacitySnapshot.metadata(state, Map.of(CLASS, state)));
    }

    JsonNode forecast(String query) {
        return get("/sla/capacity/forecast" + query, VIEWER).expect(200);
    }

    JsonNode plan() {
        return get("/v1/sla/capacity/recommendations", VIEWER).expect(200);
    }
}

package io.aitbc.agent.simulation;

import io.aitbc.agent.storage.DataFolder;
import io.aitbc.agent.storage.StorageFailed;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * What the fleet must remember over restarts, so that its past happens once: which miners began when, and whose past is
 * imported. Miners that join a fleet later are a further cohort with a past of their own.
 */
record FleetState(long seed, List<Cohort> cohorts) {

    private static final String FILE = "fleet.json";

    /**
     * Miners that began together.
     *
     * @param anchor when their past ends; before any of them registered
     */
    record Cohort(int first, int last, Instant anchor, boolean imported) {}

    /** Reads what is remembered, adds what is new, and writes it down before anyone registers. */
    static FleetState remember(DataFolder folder, long seed, int miners, Instant now) {
        FleetState state = folder.read(FILE, FleetState.class).orElseGet(() -> new FleetState(seed, List.of()));
        if (state.seed() != seed) {
            throw new StorageFailed("this data folder holds the fleet of seed " + state.seed() + ", not of seed " + seed
                    + "; give the new fleet another folder with --data-dir, or start it with --seed " + state.seed());
        }
        int known = state.cohorts().stream().mapToInt(Cohort::last).max().orElse(0);
        if (miners > known) {
            List<Cohort> cohorts = new ArrayList<>(state.cohorts());
            cohorts.add(new Cohort(known + 1, miners, now.truncatedTo(ChronoUnit.SECONDS), false));
            state = new FleetState(seed, List.copyOf(cohorts));
            folder.write(FILE, state);
        }
        return state;
    }

    FleetState imported(DataFolder folder, Cohort done) {
        FleetState state = new FleetState(
                seed,
                cohorts.stream()
                        .map(cohort -> cohort.first() == done.first()
                                ? new Cohort(cohort.first(), cohort.last(), cohort.anchor(), true)
                                : cohort)
                        .toList());
        folder.write(FILE, state);
        return state;
    }
}

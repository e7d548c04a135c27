package io.aitbc.agent.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.agent.simulation.FleetState.Cohort;
import io.aitbc.agent.storage.DataFolder;
import io.aitbc.agent.storage.StorageFailed;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetStateTest {

    private static final Instant FIRST_START = Instant.parse("2026-03-15T12:00:00Z");
    private static final Instant LATER = Instant.parse("2026-03-16T12:00:00Z");

    @TempDir
    Path path;

    private DataFolder folder;

    @BeforeEach
    void open() {
        folder = DataFolder.open(path);
    }

    @AfterEach
    void close() {
        folder.close();
    }

    @Test
    void thePastEndsWhereItDidAtTheFirstStartHoweverOftenTheFleetStarts() {
        FleetState first = FleetState.remember(folder, 1, 24, FIRST_START);
        assertThat(FleetState.remember(folder, 1, 24, LATER)).isEqualTo(first);
        assertThat(first.cohorts()).containsExactly(new Cohort(1, 24, FIRST_START, false));
    }

    @Test
    void minersThatJoinLaterHaveAPastOfTheirOwn() {
        FleetState first = FleetState.remember(folder, 1, 24, FIRST_START);
        first.imported(folder, first.cohorts().get(0));
        assertThat(FleetState.remember(folder, 1, 30, LATER).cohorts())
                .containsExactly(new Cohort(1, 24, FIRST_START, true), new Cohort(25, 30, LATER, false));
        assertThat(FleetState.remember(folder, 1, 5, LATER).cohorts()).hasSize(2);
    }

    @Test
    void anotherSeedNeedsAnotherFolder() {
        FleetState.remember(folder, 1, 24, FIRST_START);
        assertThatThrownBy(() -> FleetState.remember(folder, 2, 24, LATER))
                .isInstanceOf(StorageFailed.class)
                .hasMessageContaining("holds the fleet of seed 1, not of seed 2")
                .hasMessageContaining("--data-dir");
    }
}

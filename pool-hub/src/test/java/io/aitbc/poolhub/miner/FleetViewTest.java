package io.aitbc.poolhub.miner;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.poolhub.HubWithMiners;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What somebody else writes into the database is in the view after its next look. */
class FleetViewTest extends HubWithMiners {

    @Autowired
    private FleetView fleet;

    @BeforeEach
    void upToDate() {
        fleet.refresh();
    }

    @Test
    void enrolmentsGpusAndTrustAreRead() {
        String id = enrol();
        String now = "'" + clock.instant() + "'::timestamptz";
        fleet.keepUp();
        jdbc.sql("UPDATE miners SET enrollment = 'DRAINING', gpu_count = 4, updated_at = " + now
                        + " WHERE miner_id = :id")
                .param("id", id)
                .update();
        fleet.keepUp();
        assertThat(miner(id).enrollment()).isEqualTo(Enrollment.DRAINING);
        jdbc.sql("UPDATE miner_status SET gpus_out = 3, touched_at = " + now + " WHERE miner_id = :id")
                .param("id", id)
                .update();
        fleet.keepUp();
        assertThat(miner(id).usableGpus()).isEqualTo(1);
        jdbc.sql("INSERT INTO miner_trust (miner_id, successes, failures, updated_at) VALUES (:id, 7, 1, " + now + ")")
                .param("id", id)
                .update();
        fleet.keepUp();
        assertThat(miner(id).successes()).isEqualTo(7);
    }

    @Test
    void whoIsRemovedIsGoneAndIsToldOnce() {
        String id = enrol();
        fleet.keepUp();
        Set<String> told = new HashSet<>();
        fleet.watch(told::addAll);
        told.clear();
        jdbc.sql("UPDATE miners SET enrollment = 'REMOVED', updated_at = :now::timestamptz WHERE miner_id = :id")
                .param("now", clock.instant().toString())
                .param("id", id)
                .update();
        fleet.keepUp();
        assertThat(fleet.find(id)).isEmpty();
        assertThat(told).contains(id);
    }

    @Test
    void aHeartbeatThatIsNewerThanWhatWasReadStays() {
        String id = enrol();
        beat(id, "{\"status\":\"draining\",\"current_jobs\":3}");
        FleetMiner known = miner(id);
        jdbc.sql("""
                UPDATE miner_status SET down_after = down_after - interval '10 s', reported_status = 'ready', current_jobs = 0,
                       touched_at = :now::timestamptz WHERE miner_id = :id
                """).param("now", clock.instant().toString()).param("id", id).update();
        fleet.keepUp();
        assertThat(miner(id).draining()).isTrue();
        assertThat(miner(id).currentJobs()).isEqualTo(3);
        assertThat(miner(id).downAfter()).isEqualTo(known.downAfter());
    }

    private FleetMiner miner(String id) {
        return fleet.find(id).orElseThrow();
    }
}

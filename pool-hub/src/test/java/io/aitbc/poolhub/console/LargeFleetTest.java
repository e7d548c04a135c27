package io.aitbc.poolhub.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.poolhub.miner.FleetView;
import java.sql.Timestamp;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class LargeFleetTest extends ConsoleScene {

    private static final int MINERS = 100_000;

    @Autowired
    private FleetView fleet;

    @AfterEach
    void letThemGo() {
        List<String> ids =
                jdbc.sql("SELECT miner_id FROM miners").query(String.class).list();
        jdbc.sql("TRUNCATE miners, miner_status, miner_state_intervals, sla_current, gpus CASCADE")
                .update();
        fleet.refresh(ids);
    }

    @Test
    void aHundredThousandAreSearchedSortedAndPaged() {
        jdbc.sql("""
                INSERT INTO miners (miner_id, api_key_hash, enrollment, gpu_name, gpu_count, region, base_price, max_parallel,
                                    registered_at, updated_at)
                SELECT 'm-' || n, encode(sha256(n::text::bytea), 'hex'), 'APPROVED', 'NVIDIA H100', 8,
                       (ARRAY['eu-west', 'us-east', 'ap-south'])[1 + n % 3], n % 100 / 100.0, 8, :now, :now
                FROM generate_series(1, :miners) n
                """)
                .param("now", Timestamp.from(clock.instant()))
                .param("miners", MINERS)
                .update();
        jdbc.sql("""
                INSERT INTO miner_status (miner_id, state, last_heartbeat_at, down_after)
                SELECT miner_id, 'UP', :now::timestamptz, :now::timestamptz + interval '1 day' FROM miners
                """).param("now", Timestamp.from(clock.instant())).update();
        jdbc.sql("""
                INSERT INTO sla_current (miner_id, metric_type, metric_value, threshold, is_violation, metric_id, recorded_at)
                SELECT miner_id, 'uptime_pct', 99, 95, false, gen_random_uuid(), :now FROM miners
                """).param("now", Timestamp.from(clock.instant())).update();
        jdbc.sql("""
                INSERT INTO gpus (gpu_uuid, miner_id, first_seen_at, last_sample_at, state_since)
                SELECT 'GPU-' || miner_id, miner_id, :now, :now, :now FROM miners
                """).param("now", Timestamp.from(clock.instant())).update();
        jdbc.sql("ANALYZE miners, miner_status, sla_current, gpus").update();
        fleet.refresh(LongStream.rangeClosed(1, MINERS).mapToObj(n -> "m-" + n).toList());
        Browser browser = signedIn(VIEWER);

        for (String page :
                List.of("/console/miners?sort=price&down=true", "/console/miners?text=eu-w&sort=heard", "/")) {
            browser.get(page).expect(200);
        }
        assertThat(browser.get("/console/miners").body()).contains("50 of 100,000 miners");
        assertThat(browser.get("/console/miners?text=m-99999").body()).contains("m-99999", "1 of 1 miners");
    }
}

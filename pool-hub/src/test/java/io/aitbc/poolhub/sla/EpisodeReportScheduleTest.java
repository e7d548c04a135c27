package io.aitbc.poolhub.sla;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.aitbc.testsupport.TestDatabase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The lock under which one of all replicas reports. */
class EpisodeReportScheduleTest {

    private static final int INTERVAL_SECONDS = 30;

    @TempDir
    Path data;

    @Test
    void aHubThatIsKilledWhileItReportsHoldsNobodyUpForLongerThanAnInterval() throws Exception {
        TestDatabase database = TestDatabase.create();
        HttpServer coordinator = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        coordinator.start();
        try (ConfigurableApplicationContext hub = Replicas.start(
                database,
                data,
                "--SLA_REPORT_INTERVAL_SECONDS=" + INTERVAL_SECONDS,
                "--COORDINATOR_BILLING_URL=http://127.0.0.1:"
                        + coordinator.getAddress().getPort())) {
            JdbcClient jdbc = hub.getBean(JdbcClient.class);
            List<Integer> lockedForSeconds = new CopyOnWriteArrayList<>();
            coordinator.createContext("/api/billing/sla-episodes", exchange -> {
                try (exchange) {
                    lockedForSeconds.add(jdbc.sql("SELECT extract(epoch FROM lock_until - locked_at)::int FROM shedlock"
                                    + " WHERE name = 'sla-episode-reports' AND lock_until > now()")
                            .query(Integer.class)
                            .single());
                    exchange.sendResponseHeaders(503, -1);
                }
            });
            jdbc.sql("""
                    INSERT INTO miners (miner_id, api_key_hash, enrollment, registered_at, updated_at)
                    VALUES ('m-1', repeat('0', 64), 'APPROVED', now(), now())
                    """).update();
            jdbc.sql("""
                    INSERT INTO sla_violations (id, miner_id, violation_type, severity, metric_value, threshold, resolved_at,
                                                created_at, status)
                    VALUES (gen_random_uuid(), 'm-1', 'completion_rate_pct', 'critical', 10, 90, now(), now(), 'RESOLVED')
                    """).update();
            hub.getBean(EpisodeReports.class).bySchedule();
            assertThat(lockedForSeconds).isNotEmpty().containsOnly(INTERVAL_SECONDS);
        } finally {
            coordinator.stop(0);
        }
    }
}

package io.aitbc.benchmarks;

import io.aitbc.benchmarks.load.HttpLoad;
import io.aitbc.benchmarks.load.HttpRequest;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntFunction;

/** How fast jobs are matched in a small and in a large fleet, beside the cheapest call of the same service. */
final class MatchScenario implements Scenario {

    private static final int CONNECTIONS = 64;

    @Override
    public void run(Servers servers, Report report, boolean quick)
            throws SQLException, IOException, InterruptedException {
        Duration length = Duration.ofSeconds(quick ? 4 : 10);
        for (int miners : new int[] {1_000, 10_000}) {
            Servers.Database database = servers.hubDatabase();
            try (Connection connection = database.connect()) {
                Fleet.miners(connection, miners);
            }
            try (ServiceProcess hub = servers.hub(database, Map.of())) {
                byte[] liveness = HttpRequest.get("/actuator/health/liveness", ServiceProcess.VIEWER);
                load(hub, Duration.ofSeconds(quick ? 5 : 15), n -> liveness);
                HttpLoad.Result trivial = load(hub, length, n -> liveness);
                load(hub, Duration.ofSeconds(quick ? 5 : 15), MatchScenario::match);
                HttpLoad.Result matches = load(hub, length, MatchScenario::match);
                report.add(Figure.compared(
                        "(e) matches among " + Figure.number(miners) + " miners, p50 "
                                + Figure.number(matches.latencies().ms(0.5)) + " ms, p99 "
                                + Figure.number(matches.latencies().ms(0.99)) + " ms",
                        matches.perSecond(),
                        "GET /actuator/health/liveness",
                        trivial.perSecond(),
                        "/s"));
            } finally {
                servers.drop(database);
            }
        }
    }

    private static byte[] match(int n) {
        return HttpRequest.post(
                "/v1/match",
                ServiceProcess.OPERATOR,
                "{\"job_id\":\"job-" + n + "\",\"requirements\":{\"min_vram_gb\":40,\"capabilities_any\":[\"llm\"]},"
                        + "\"hints\":{\"region\":\"eu\"},\"top_k\":3}");
    }

    private static HttpLoad.Result load(ServiceProcess hub, Duration length, IntFunction<byte[]> requests)
            throws IOException {
        return HttpLoad.run(new HttpLoad.Plan(hub.port(), CONNECTIONS, 0, length, requests))
                .requireSuccess();
    }
}

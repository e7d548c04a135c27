package io.aitbc.benchmarks;

import io.aitbc.benchmarks.load.Latencies;
import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What somebody waits for a page of the console, with a small fleet and with a very large one. */
final class ConsoleScenario implements Scenario {

    private static final int FEW = 100;
    private static final int MANY = 100_000;
    private static final int VIEWS = 30;
    /** What a page remembers of the whole fleet is older than this then. */
    private static final long PAUSE_MILLIS = 2_500;

    private static final int GPUS_OF_EACH = 8;

    private static final Pattern TOKEN = Pattern.compile("name=\"csrf\" value=\"([0-9a-f]+)\"");
    private static final List<String> PAGES = List.of(
            "/",
            "/console/miners",
            "/console/miners?sort=price&down=true",
            "/console/miners?text=eu&sort=heard",
            "/console/miners?text=miner-9999",
            "/console/gpus",
            "/console/gpus?order=risk",
            "/console/violations");

    @Override
    public void run(Servers servers, Report report, boolean quick)
            throws SQLException, IOException, InterruptedException {
        Map<String, Latencies> few = views(FEW, servers, quick);
        Map<String, Latencies> many = views(MANY, servers, quick);
        many.forEach((page, latencies) -> {
            double median = latencies.ms(0.5);
            report.add(Figure.within("(i) " + page + " with 100,000 miners, median", median, "ms", 300));
            report.add(Figure.compared(
                    "(i) " + page + ", slowest of " + (quick ? VIEWS / 3 : VIEWS),
                    latencies.ms(1),
                    "median with " + FEW + " miners",
                    few.getOrDefault(page, new Latencies()).ms(0.5),
                    "ms"));
        });
    }

    private static Map<String, Latencies> views(int miners, Servers servers, boolean quick)
            throws SQLException, IOException, InterruptedException {
        Servers.Database database = servers.hubDatabase();
        try (Connection connection = database.connect()) {
            Fleet.miners(connection, miners);
            Sql.run(
                    connection,
                    "INSERT INTO gpus (gpu_uuid, miner_id, model, gpu_index, first_seen_at, last_sample_at, state_since,"
                            + " failure_risk) SELECT 'GPU-' || miner_id || '-' || n, miner_id, 'NVIDIA H100', n, now(), now(),"
                            + " now(), random() * 0.1 FROM miners, generate_series(1, " + GPUS_OF_EACH + ") AS n",
                    "VACUUM (ANALYZE) gpus");
        }
        try (ServiceProcess hub = servers.hub(database, Map.of("SERVICE_SCHEDULING", "false"))) {
            HttpClient browser = signedIn(hub);
            Map<String, Latencies> views = new LinkedHashMap<>();
            for (String page : PAGES) {
                // The first view of each compiles it.
                view(browser, hub, page);
            }
            for (int i = 0; i < (quick ? VIEWS / 3 : VIEWS); i++) {
                Thread.sleep(PAUSE_MILLIS);
                for (String page : PAGES) {
                    long start = System.nanoTime();
                    view(browser, hub, page);
                    long taken = System.nanoTime() - start;
                    views.computeIfAbsent(page, first -> new Latencies()).add(taken);
                }
            }
            return views;
        } finally {
            servers.drop(database);
        }
    }

    private static HttpClient signedIn(ServiceProcess hub) throws IOException, InterruptedException {
        HttpClient browser = HttpClient.newBuilder()
                .cookieHandler(new CookieManager())
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        Matcher token = TOKEN.matcher(view(browser, hub, "/console/sign-in"));
        if (!token.find()) {
            throw new IllegalStateException("the sign-in page has no form");
        }
        HttpResponse<String> answer = browser.send(
                request(hub, "/console/sign-in")
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "csrf=" + token.group(1) + "&key=" + ServiceProcess.VIEWER, StandardCharsets.UTF_8))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 303) {
            throw new IllegalStateException("signing in answered " + answer.statusCode() + ": " + answer.body());
        }
        return browser;
    }

    private static String view(HttpClient browser, ServiceProcess hub, String page)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                browser.send(request(hub, page).GET().build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(page + " answered " + answer.statusCode());
        }
        return answer.body();
    }

    private static HttpRequest.Builder request(ServiceProcess hub, String page) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + page))
                .timeout(Duration.ofSeconds(60));
    }
}

package io.aitbc.monitoring.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.monitoring.RealPrometheus;
import io.aitbc.monitoring.RunningMonitoring;
import io.aitbc.monitoring.TestExporter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(properties = "EXPORTER_MAX_BYTES=3000000")
class MetricsProxyTest extends RunningMonitoring {

    private static final String TEXT = "Content-Type: text/plain; version=0.0.4\r\n";
    private static final String CHUNKED = TEXT + "Transfer-Encoding: chunked\r\n";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Registers it, and gives the path where its metrics are. */
    private String registered(String url) {
        String name = "vllm/" + unique("job");
        assertThat(send(OPERATOR, "PUT", "/api/v1/exporters/" + name, body(url)).status())
                .isEqualTo(201);
        return "/metrics/" + name;
    }

    private static String body(String url) {
        return "{\"url\": \"" + url + "\"}";
    }

    private Answer scrape(String path, String... headers) {
        return send(VIEWER, "GET", path, null, headers);
    }

    private Answer scrapeWithin(String seconds, String path) {
        return scrape(path, ScrapeWish.TIMEOUT, seconds);
    }

    private double counted(String result) {
        return scrape("/actuator/prometheus")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith("monitoring_proxy_scrapes_total{")
                        && line.contains("result=\"" + result + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void everyByteGoesThroughAsItIs() throws Exception {
        byte[] packed = new byte[70_000];
        new Random(7).nextBytes(packed);
        String type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        try (RawExporter exporter =
                RawExporter.saying("Content-Type: " + type + "\r\nContent-Encoding: gzip\r\n", packed)) {
            String path = registered(exporter.url());
            double before = counted("passed");
            HttpResponse<byte[]> answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + path + "?collect=all"))
                            .header("Authorization", "Bearer " + VIEWER)
                            .header("Accept", "application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1")
                            .header("Accept-Encoding", "gzip")
                            .header(ScrapeWish.TIMEOUT, "3")
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(packed);
            assertThat(answer.headers().firstValue("Content-Type").orElseThrow().replace(" ", ""))
                    .isEqualTo(type.replace(" ", ""));
            assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
            assertThat(exporter.requests()).singleElement().satisfies(head -> {
                assertThat(head)
                        .startsWith("GET /metrics HTTP/1.1\n")
                        .contains("Accept: application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1\n")
                        .contains("Accept-Encoding: gzip\n")
                        .contains("X-Prometheus-Scrape-Timeout-Seconds: 2.750\n");
                assertThat(head).as("no key leaves").doesNotContainIgnoringCase("authorization");
            });
            assertThat(counted("passed")).isEqualTo(before + 1);
        }
    }

    @Test
    void whatIsAskedForPlainComesPlain() {
        byte[] text = "up_to_date 1\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        try (RawExporter exporter = RawExporter.saying("", text)) {
            Answer answer = scrape(registered(exporter.url()));
            assertThat(answer.response().body()).isEqualTo("up_to_date 1\n");
            assertThat(answer.response().headers().firstValue("Content-Type"))
                    .as("none came, none is made up")
                    .isEmpty();
            assertThat(exporter.requests().get(0)).doesNotContainIgnoringCase("accept-encoding");
            assertThat(exporter.requests().get(0)).contains("Timeout-Seconds: 10.000\n");
        }
    }

    @Test
    void eachScrapeIsAskedAnew() {
        int[] n = {0};
        try (RawExporter exporter = new RawExporter(out -> {
            out.write(RawExporter.head("200 OK", TEXT));
            out.write(("n " + ++n[0] + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
        })) {
            String path = registered(exporter.url());
            assertThat(scrape(path).response().body()).isEqualTo("n 1\n");
            assertThat(scrape(path).response().body()).isEqualTo("n 2\n");
            exporter.close();
            assertThat(scrape(path).status()).isEqualTo(502);
        }
    }

    @Test
    void whoIsAwayIs502() {
        double before = counted("away");
        Answer answer = scrape(registered("http://127.0.0.1:" + RealPrometheus.freePort() + "/metrics"));
        assertThat(answer.status()).isEqualTo(502);
        assertThat(answer.problem()).isEqualTo("exporter-away");
        assertThat(answer.body().path("detail").asText()).contains("nobody accepts the connection");
        assertThat(counted("away")).isEqualTo(before + 1);
        assertThat(scrape(registered("http://no-such-host.invalid/metrics")).status())
                .isEqualTo(502);
    }

    @Test
    void otherStatusesAre502AndRedirectsAreNotFollowed() {
        try (RawExporter secret = RawExporter.saying(TEXT, new byte[] {'x'});
                RawExporter redirecting = new RawExporter(out -> out.write(
                        RawExporter.head("302 Found", "Location: " + secret.url() + "\r\nContent-Length: 0\r\n")));
                RawExporter failing =
                        new RawExporter(out -> out.write(RawExporter.head("500 Oops", "Content-Length: 0\r\n")));
                RawExporter empty = new RawExporter(out -> out.write(RawExporter.head("204 No Content", "")))) {
            Answer redirected = scrape(registered(redirecting.url()));
            assertThat(redirected.status()).isEqualTo(502);
            assertThat(redirected.body().path("exporter_status").asInt()).isEqualTo(302);
            assertThat(redirected.body().path("detail").asText()).endsWith("redirects are not followed.");
            assertThat(secret.requests()).isEmpty();
            Answer failed = scrape(registered(failing.url()));
            assertThat(failed.status()).isEqualTo(502);
            assertThat(failed.body().path("detail").asText()).contains("answered 500");
            assertThat(scrape(registered(empty.url())).status()).isEqualTo(502);
        }
    }

    @Test
    void whoTakesTooLongIs504AlsoWhileTheBodyDrips() {
        try (RawExporter silent = new RawExporter(out -> TimeUnit.SECONDS.sleep(20));
                RawExporter dripping = new RawExporter(out -> {
                    out.write(RawExporter.head("200 OK", CHUNKED));
                    for (int i = 0; i < 400; i++) {
                        out.write(RawExporter.chunk(1));
                        out.flush();
                        TimeUnit.MILLISECONDS.sleep(50);
                    }
                })) {
            for (RawExporter exporter : List.of(silent, dripping)) {
                String path = registered(exporter.url());
                long begin = System.nanoTime();
                Answer answer = scrapeWithin("1", path);
                assertThat(answer.status()).isEqualTo(504);
                assertThat(answer.body().path("detail").asText()).contains("within 0.75 s");
                assertThat(Duration.ofNanos(System.nanoTime() - begin))
                        .isBetween(Duration.ofMillis(740), Duration.ofMillis(1600));
            }
        }
    }

    @Test
    void aBodyThatBreaksOffIsNeverShownAsWhole() {
        try (RawExporter small = new RawExporter(out -> {
                    out.write(RawExporter.head("200 OK", TEXT + "Content-Length: 1000\r\n"));
                    out.write(new byte[100]);
                });
                RawExporter large = new RawExporter(out -> {
                    out.write(RawExporter.head("200 OK", CHUNKED));
                    for (int i = 0; i < 20; i++) {
                        out.write(RawExporter.chunk(100_000));
                    }
                })) {
            Answer answer = scrape(registered(small.url()));
            assertThat(answer.status()).as("nothing had gone out yet").isEqualTo(502);
            String path = registered(large.url());
            assertThatThrownBy(() -> scrape(path)).hasRootCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void hugeAndEndlessBodiesAreCut() {
        try (RawExporter declared = new RawExporter(out -> {
                    out.write(RawExporter.head("200 OK", TEXT + "Content-Length: 4000000\r\n"));
                    out.write(new byte[10]);
                });
                RawExporter endless = new RawExporter(out -> {
                    out.write(RawExporter.head("200 OK", CHUNKED));
                    for (int i = 0; i < 10_000; i++) {
                        out.write(RawExporter.chunk(100_000));
                    }
                });
                RawExporter large = new RawExporter(out -> {
                    out.write(RawExporter.head("200 OK", CHUNKED));
                    for (int i = 0; i < 29; i++) {
                        out.write(RawExporter.chunk(100_000));
                    }
                    out.write("0\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                })) {
            double before = counted("too_large");
            Answer answer = scrape(registered(declared.url()));
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.problem()).isEqualTo("exporter-too-large");
            String path = registered(endless.url());
            assertThatThrownBy(() -> scrape(path)).hasRootCauseInstanceOf(IOException.class);
            assertThat(counted("too_large")).isEqualTo(before + 2);
            assertThat(scrape(registered(large.url())).response().body())
                    .as("what is within the bound comes whole")
                    .hasSize(2_900_000);
        }
    }

    @Test
    void oneExporterThatHangsHoldsUpNoOther() {
        try (RawExporter hanging = new RawExporter(out -> TimeUnit.SECONDS.sleep(20));
                RawExporter good = RawExporter.saying(TEXT, new byte[] {'#'})) {
            String slow = registered(hanging.url());
            List<CompletableFuture<Answer>> waiting = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                waiting.add(CompletableFuture.supplyAsync(() -> scrapeWithin("3", slow)));
            }
            Awaitility.await().until(() -> hanging.requests().size() == 4);
            Answer fifth = scrapeWithin("3", slow);
            assertThat(fifth.status()).isEqualTo(503);
            assertThat(fifth.response().headers().firstValue("Retry-After")).contains("1");
            assertThat(scrape(registered(good.url())).status()).isEqualTo(200);
            assertThat(waiting)
                    .allSatisfy(each ->
                            assertThat(each.get(10, TimeUnit.SECONDS).status()).isEqualTo(504));
            assertThat(scrapeWithin("0.5", slow).status()).as("turns come back").isEqualTo(504);
        }
    }

    @Test
    void onlyRegisteredAddressesAreReached() {
        double before = counted("unregistered");
        Answer answer = scrape("/metrics/vllm/nobody-knows");
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body().path("detail").asText()).contains("PUT /api/v1/exporters/vllm/nobody-knows");
        assertThat(counted("unregistered")).isEqualTo(before + 1);
        try (RawExporter exporter = RawExporter.saying(TEXT, new byte[] {'#'})) {
            String path = registered(exporter.url());
            assertThat(scrape(path).status()).isEqualTo(200);
            assertThat(send(OPERATOR, "DELETE", "/api/v1/exporters" + path.substring(8), null)
                            .status())
                    .isEqualTo(204);
            assertThat(scrape(path).status()).isEqualTo(404);
        }
        for (String hostile :
                List.of("/metrics/vllm/a%00b", "/metrics/vllm/..%2f..%2fhealth", "/metrics/.x/1", "/metrics/a/@b:1")) {
            assertThat(scrape(hostile).status()).as(hostile).isBetween(400, 422);
        }
    }

    @Test
    void scrapesNeedAKey() {
        assertThat(send("", "GET", "/metrics/vllm/1", null).status()).isEqualTo(401);
        assertThat(send("wrong", "GET", "/metrics/vllm/1", null).status()).isEqualTo(401);
        assertThat(send("", "GET", "/metrics/chain/dev", null).status()).isEqualTo(401);
    }

    @Test
    void upTellsTheTruth() throws Exception {
        RealPrometheus.assumeInstalled();
        try (TestExporter good = new TestExporter(() -> "answer 42\n");
                RawExporter slow = new RawExporter(out -> TimeUnit.SECONDS.sleep(20));
                RawExporter broken = new RawExporter(out -> {
                    out.write(RawExporter.head("200 OK", CHUNKED));
                    out.write("f\r\nbroken_metric 1\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    for (int i = 0; i < 15; i++) {
                        out.write(("186a0\r\n#" + "x".repeat(99_998) + "\n\r\n")
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    }
                })) {
            String config = """
                    global:
                      scrape_interval: 1s
                      scrape_timeout: 1s
                    scrape_configs:
                    """
                    + job("good", registered("http://" + good.address() + "/metrics"))
                    + job("slow", registered(slow.url()))
                    + job("broken", registered(broken.url()));
            try (RealPrometheus prometheus = RealPrometheus.start(config)) {
                Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                    assertThat(ask(prometheus, "up{job=\"good\"}")).isEqualTo("1");
                    assertThat(ask(prometheus, "answer")).isEqualTo("42");
                    assertThat(ask(prometheus, "up{job=\"slow\"}")).isEqualTo("0");
                    assertThat(ask(prometheus, "up{job=\"broken\"}")).isEqualTo("0");
                });
                assertThat(ask(prometheus, "broken_metric")).isEqualTo("none");
                good.close();
                Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                    assertThat(ask(prometheus, "up{job=\"good\"}")).isEqualTo("0");
                    assertThat(ask(prometheus, "answer")).as("stale").isEqualTo("none");
                });
            }
        }
    }

    private String job(String name, String path) {
        return """
                  - job_name: %s
                    metrics_path: %s
                    authorization: {credentials: %s}
                    static_configs: [{targets: ['localhost:%d']}]
                """.formatted(name, path, VIEWER, port);
    }

    private String ask(RealPrometheus prometheus, String query) throws Exception {
        String url = prometheus.url() + "/api/v1/query?query="
                + java.net.URLEncoder.encode(query, java.nio.charset.StandardCharsets.UTF_8);
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        var result = json.readTree(answer.body()).path("data").path("result");
        return result.isEmpty() ? "none" : result.path(0).path("value").path(1).asText();
    }
}

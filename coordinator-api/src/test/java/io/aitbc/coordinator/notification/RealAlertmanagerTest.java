package io.aitbc.coordinator.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A real Alertmanager, where one is installed: it repeats itself all the time, and everybody is told once. */
@Timeout(300)
class RealAlertmanagerTest extends NotificationScene {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @LocalServerPort
    private int coordinatorPort;

    @Autowired
    @SuppressWarnings("NullAway.Init")
    private DeliverySchedule schedule;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Nullable
    private Process alertmanager;

    private int port;

    @AfterEach
    void stop() throws Exception {
        if (alertmanager != null) {
            alertmanager.destroy();
            if (!alertmanager.waitFor(10, TimeUnit.SECONDS)) {
                // Until it is gone it writes into the folder that is removed next.
                assertThat(alertmanager.destroyForcibly().waitFor(30, TimeUnit.SECONDS))
                        .isTrue();
            }
        }
    }

    @Test
    void firingAndResolvedAreDeliveredOnceEach() throws Exception {
        Optional<Path> binary = binary();
        assumeTrue(
                binary.isPresent(),
                "neither prometheus-alertmanager nor alertmanager is on the PATH: install one to test with it");
        try (Peer peer = new Peer(Peer.answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"))) {
            assertThat(put("hook", """
                            {"channel": "webhook", "target": "%s", "secret": "a-secret-of-16-or-more",
                             "matchers": {"severity": ["critical"]}}""".formatted(peer.url("localhost"))).status())
                    .isEqualTo(201);
            Instant began = Instant.now().minusSeconds(60);
            within30s(() -> isUp(binary.orElseThrow()) && isRaised(began, began.plusSeconds(3_600)));
            arrives(peer, 1);
            within30s(() -> told() > 0);
            double told = told();
            within30s(() -> told() >= told + 2);
            schedule.send();
            assertThat(peer.requests()).hasSize(1);

            Instant over = Instant.now().minusSeconds(1);
            within30s(() -> isRaised(began, over));
            arrives(peer, 2);
            assertThat(deliveries(null)).hasSize(2);
            assertThat(peer.requests().stream().map(RealAlertmanagerTest::event))
                    .containsExactly("opened", "resolved");
        }
    }

    private static void within30s(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(30)).until(condition);
    }

    private void arrives(Peer peer, int times) {
        within30s(() -> {
            // So that an attempt that failed is made again.
            clock.advance(Duration.ofSeconds(30));
            schedule.send();
            return peer.requests().size() >= times
                    && deliveries(DeliveryState.SENT).size() >= times;
        });
    }

    private static String event(Peer.Request request) {
        String body = new String(request.body(), StandardCharsets.UTF_8);
        return body.contains("\"event\":\"opened\"")
                ? "opened"
                : body.contains("\"event\":\"resolved\"") ? "resolved" : body;
    }

    /** Starts it, also once more when somebody else was quicker to take its port. */
    private boolean isUp(Path binary) throws Exception {
        if (alertmanager == null || !alertmanager.isAlive()) {
            port = freePort();
            alertmanager = start(binary);
        }
        return true;
    }

    private Process start(Path binary) throws Exception {
        Path config = Files.writeString(folder.resolve("alertmanager.yml"), """
                route:
                  receiver: coordinator
                  group_by: [alertname]
                  group_wait: 1s
                  group_interval: 1s
                  repeat_interval: 1s
                receivers:
                  - name: coordinator
                    webhook_configs:
                      - url: http://localhost:%d/api/alerts/alertmanager
                        send_resolved: true
                        http_config:
                          authorization:
                            type: Bearer
                            credentials: %s
                """.formatted(coordinatorPort, SERVICE));
        return new ProcessBuilder(
                        binary.toString(),
                        "--config.file=" + config,
                        "--storage.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--cluster.listen-address=")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("alertmanager.log").toFile())
                .start();
    }

    private boolean isRaised(Instant startsAt, Instant endsAt) throws InterruptedException {
        String body = """
                [{"labels": {"alertname": "PoolFull", "severity": "critical"}, "annotations": {"summary": "Full"},
                  "startsAt": "%s", "endsAt": "%s"}]""".formatted(startsAt, endsAt);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v2/alerts"))
                .timeout(Duration.ofSeconds(5))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** How often it has called the webhook; 0 also when it does not say. */
    private double told() throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("alertmanager_notifications_total{integration=\"webhook\""))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            return 0;
        }
    }

    private static Optional<Path> binary() {
        List<String> folders = Arrays.asList(
                Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator));
        return Stream.of("prometheus-alertmanager", "alertmanager")
                .flatMap(name -> folders.stream().map(each -> Path.of(each, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}

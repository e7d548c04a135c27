package io.aitbc.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpLoadTest {

    private final AtomicInteger seen = new AtomicInteger();
    private HttpServer server;
    private volatile int status = 200;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            seen.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void countsEachAnswerOnce() throws IOException {
        HttpLoad.Result result = load(0);
        assertThat(result.requireSuccess().latencies().count()).isEqualTo(seen.get());
        assertThat(result.statuses()).containsOnlyKeys(200);
        assertThat(result.latencies().ms(0.5))
                .isLessThanOrEqualTo(result.latencies().ms(0.99));
    }

    @Test
    void keepsTheRateThatIsAskedFor() throws IOException {
        load(100);
        assertThat(seen.get()).isBetween(40, 51);
    }

    @Test
    void aRefusalIsNoSuccess() throws IOException {
        status = 429;
        HttpLoad.Result result = load(10);
        assertThatThrownBy(result::requireSuccess).hasMessageContaining("429");
    }

    private HttpLoad.Result load(int perSecond) throws IOException {
        return HttpLoad.run(new HttpLoad.Plan(
                server.getAddress().getPort(),
                4,
                perSecond,
                Duration.ofMillis(500),
                n -> HttpRequest.post("/", "key", "{\"n\":" + n + "}")));
    }
}

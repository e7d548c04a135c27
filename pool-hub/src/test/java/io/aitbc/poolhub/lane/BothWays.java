package io.aitbc.poolhub.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.poolhub.HubWithMiners;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Sends calls the short way and the ordinary way, on which those without a declared length go. */
public abstract class BothWays extends HubWithMiners {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    @LocalServerPort
    private int hub;

    private final String path;

    protected BothWays(String path) {
        this.path = path;
    }

    protected void same(String key, String type, String body) throws Exception {
        HttpResponse<String> shortWay = send(key, type, declared(body));
        HttpResponse<String> ordinary = send(key, type, undeclared(body));
        assertThat(shortWay.statusCode()).as(shortWay.body()).isEqualTo(ordinary.statusCode());
        assertThat(shortWay.body()).isEqualTo(ordinary.body());
        assertThat(shortWay.headers().firstValue("Content-Type"))
                .isEqualTo(ordinary.headers().firstValue("Content-Type"));
    }

    /** Only the ordinary way has all the headers of the security chain. */
    protected static boolean wentTheShortWay(HttpResponse<String> answer) {
        return answer.headers().firstValue("X-Frame-Options").isEmpty();
    }

    protected static BodyPublisher declared(String body) {
        return BodyPublishers.ofString(body);
    }

    protected static BodyPublisher undeclared(String body) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    protected HttpResponse<String> send(String key, String type, BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", type)
                .POST(body);
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}

package io.aitbc.poolhub.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;

@Timeout(60)
class OverviewStreamTest extends ConsoleScene {

    @Autowired
    private OverviewStreams streams;

    private final List<InputStream> open = new ArrayList<>();

    @AfterEach
    void leave() throws IOException {
        jdbc.sql("TRUNCATE console_sessions").update();
        streams.tell();
        for (InputStream stream : open) {
            stream.close();
        }
        assertThat(streams.count()).isZero();
    }

    @Test
    void allWhoLookAreToldTheSame() throws IOException {
        BufferedReader one = listen(signedIn(OPERATOR), 200);
        BufferedReader other = listen(signedIn(VIEWER), 200);
        register("m-1");
        clock.advance(Duration.ofSeconds(5));

        streams.tell();

        String told = event(one, "page");
        assertThat(told)
                .contains("id=\"live-miners\"", "/console/miners?state=UNKNOWN")
                .doesNotContain("No miners yet");
        assertThat(event(other, "page")).isEqualTo(told);
    }

    @Test
    void aStreamEndsWithItsSessionAndIsNoSignOfAPerson() throws IOException {
        Browser browser = signedIn(VIEWER);
        BufferedReader stream = listen(browser, 200);
        for (int i = 0; i < 29; i++) {
            clock.advance(Duration.ofMinutes(1));
            streams.tell();
        }
        assertThat(streams.count()).isEqualTo(1);

        clock.advance(Duration.ofMinutes(1));
        streams.tell();

        assertThat(event(stream, "over")).contains("signed out");
        assertThat(streams.count()).isZero();
        assertThat(browser.get("/").status()).isEqualTo(303);
    }

    @Test
    void signingOutEndsTheStream() throws IOException {
        Browser browser = signedIn(VIEWER);
        BufferedReader stream = listen(browser, 200);

        browser.submit("/", "/console/sign-out", Map.of());
        streams.tell();

        assertThat(event(stream, "over")).contains("signed out");
    }

    @Test
    void aBrowserThatLeavesMakesRoom() throws IOException {
        Browser browser = signedIn(VIEWER);
        listen(browser, 200);
        open.get(0).close();

        // What is sent to nobody is noticed once the network says so.
        for (int i = 0; i < 1_000 && streams.count() > 0; i++) {
            streams.tell();
        }

        assertThat(streams.count()).isZero();
    }

    @Test
    void thereAreOnlySoManyStreams() throws IOException {
        Browser browser = signedIn(VIEWER);
        for (int i = 0; i < 3; i++) {
            listen(browser, 200);
        }

        listen(browser, 429);
    }

    @Test
    void nobodyListensWithoutASession() throws IOException {
        listen(new Browser(), 303);
    }

    private BufferedReader listen(Browser browser, int expected) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + SessionCallers.EVENTS))
                .header("Accept", "text/event-stream");
        @Nullable String cookie = browser.cookie();
        if (cookie != null) {
            request.header("Cookie", SessionCookie.NAME + "=" + cookie);
        }
        try {
            HttpResponse<InputStream> response =
                    HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(response.statusCode()).isEqualTo(expected);
            open.add(response.body());
            return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The data of the next event of that name. */
    private static String event(BufferedReader stream, String name) throws IOException {
        StringBuilder data = new StringBuilder();
        boolean wanted = false;
        for (String line = stream.readLine(); line != null; line = stream.readLine()) {
            if (line.startsWith("event:")) {
                wanted = line.equals("event:" + name);
            } else if (line.startsWith("data:") && wanted) {
                data.append(line.substring(5)).append('\n');
            } else if (line.isEmpty() && wanted) {
                return data.toString();
            }
        }
        throw new AssertionError("the stream ended before " + name + " came");
    }
}

package io.aitbc.poolhub.console;

import io.aitbc.poolhub.RunningHub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.test.context.TestPropertySource;

/** The hub's console over real HTTP, and people with browsers in front of it. */
@TestPropertySource(properties = {"CONSOLE_SIGN_IN_ATTEMPTS=1000", "CONSOLE_MAX_STREAMS=3"})
abstract class ConsoleScene extends RunningHub {

    private static final Pattern TOKEN = Pattern.compile("name=\"csrf\" value=\"([0-9a-f]{64})\"");
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private static final AtomicInteger TESTS = new AtomicInteger();

    /** The latest entry of the audit log when the test began; nobody can empty that. */
    UUID lastAudit = new UUID(0, 0);

    @BeforeEach
    void nobodyIsSignedIn() {
        lastAudit = jdbc.sql("SELECT id FROM audit_log ORDER BY id DESC LIMIT 1")
                .query(UUID.class)
                .optional()
                .orElse(lastAudit);
        jdbc.sql("TRUNCATE console_sessions").update();
        // What pages remember for a while outlives a test: each begins later than the one before.
        clock.advance(Duration.ofMinutes(TESTS.incrementAndGet()));
    }

    /** Somebody who has signed in with this key. */
    protected Browser signedIn(String key) {
        Browser browser = new Browser();
        Shown shown = browser.signIn(key);
        if (shown.status() != 303) {
            throw new AssertionError("signing in answered " + shown.status() + ": " + shown.body());
        }
        return browser;
    }

    /** What a browser got. */
    protected record Shown(int status, String body, HttpResponse<String> response) {

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** Fails unless the status is this one; then the page. */
        String expect(int wanted) {
            if (status != wanted) {
                throw new AssertionError("expected " + wanted + ", was " + status + ": " + body);
            }
            return body;
        }
    }

    /** Keeps cookies, fills in forms, follows nothing by itself. */
    protected final class Browser {

        private final Map<String, String> cookies = new LinkedHashMap<>();

        Shown get(String path, String... headers) {
            return send("GET", path, null, headers);
        }

        /** Posts a form with the token of the page that was shown on {@code from}. */
        Shown submit(String from, String path, Map<String, String> fields) {
            Map<String, String> all = new LinkedHashMap<>(fields);
            all.put("csrf", tokenOn(from));
            return post(path, all);
        }

        /** Posts exactly these fields. */
        Shown post(String path, Map<String, String> fields, String... headers) {
            StringBuilder body = new StringBuilder();
            fields.forEach((name, value) -> body.append(body.isEmpty() ? "" : "&")
                    .append(name)
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
            return send("POST", path, body.toString(), headers);
        }

        Shown signIn(String key) {
            return submit("/console/sign-in", "/console/sign-in", Map.of("key", key));
        }

        /** The token of the forms on a page. */
        String tokenOn(String path) {
            Matcher found = TOKEN.matcher(get(path).body());
            if (!found.find()) {
                throw new AssertionError("no form on " + path);
            }
            return found.group(1);
        }

        @Nullable
        String cookie() {
            return cookies.get(SessionCookie.NAME);
        }

        void setCookie(String value) {
            cookies.put(SessionCookie.NAME, value);
        }

        private Shown send(String method, String path, @Nullable String form, String... headers) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(30))
                    .method(
                            method,
                            form == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(form));
            if (form != null) {
                request.header("Content-Type", "application/x-www-form-urlencoded");
            }
            if (!cookies.isEmpty()) {
                StringBuilder line = new StringBuilder();
                cookies.forEach((name, value) -> line.append(line.isEmpty() ? "" : "; ")
                        .append(name)
                        .append('=')
                        .append(value));
                request.header("Cookie", line.toString());
            }
            if (headers.length > 0) {
                request.headers(headers);
            }
            try {
                HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
                response.headers().allValues("Set-Cookie").forEach(this::keep);
                return new Shown(response.statusCode(), response.body(), response);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        private void keep(String line) {
            String pair = line.substring(0, line.indexOf(';') < 0 ? line.length() : line.indexOf(';'));
            int equals = pair.indexOf('=');
            String value = pair.substring(equals + 1);
            if (value.isEmpty() || line.contains("Max-Age=0")) {
                cookies.remove(pair.substring(0, equals));
            } else {
                cookies.put(pair.substring(0, equals), value);
            }
        }
    }
}

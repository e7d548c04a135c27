package io.aitbc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every endpoint that either service describes, with everything that callers get wrong or try on purpose. */
class FuzzIT {

    private static final Pattern INSIDE = Pattern.compile(
            "\\bat [a-z]+\\.[\\w.$]+\\(|Exception\\b|SQLSTATE|PSQL|org\\.springframework|io\\.aitbc\\.(poolhub|coordinator|monitoring|service)|"
                    + "SELECT |INSERT INTO");
    private static final String[] JSON_VALUES = {
        "null",
        "true",
        "0",
        "-1",
        "1.5",
        "1e400",
        "-1e400",
        "1e1000000000",
        "NaN",
        "99999999999999999999999999",
        "\"\"",
        "\"NaN\"",
        "\"1e999999\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"💥\\u202e\"",
        "\"'; DROP TABLE miners; --\"",
        "\"a\\r\\nERROR forged\"",
        "\"../../etc/passwd\"",
        "\"2026-02-30T25:00:00Z\"",
        "\"+1000000000-01-01T00:00:00Z\"",
        "\"0000-01-01T00:00:00Z\"",
        "[]",
        "{}",
        "[[[[[[[[[[]]]]]]]]]]",
        "{\"a\":{\"b\":{\"c\":null}}}"
    };
    private static final String[] TEXT_VALUES = {
        "",
        "0",
        "-1",
        "1e400",
        "NaN",
        "99999999999999999999",
        "\u0000",
        "💥",
        "' OR 1=1 --",
        "a\r\nX-Injected: 1",
        "../..",
        "%",
        "2026-02-30T25:00:00Z",
        "+1000000000-01-01T00:00:00Z",
        "x".repeat(2_000),
        "null"
    };

    /** Of the values for fields and bodies, each place gets every tenth, others than the place before; 1 for all. */
    private static final int EVERY = Integer.getInteger("fuzz.every", 10);

    private final Random random = new Random(20260101);
    private final List<String> failures = new ArrayList<>();
    private final TreeSet<String> endpoints = new TreeSet<>();
    private int requests;
    private int places;

    @TempDir
    Path folder;

    @Test
    void noInputMakesAServiceFail() throws Exception {
        ServiceProcess monitored = new ServiceProcess(
                "monitoring",
                "MONITORING_PORT",
                folder,
                Map.of(
                        "DATA_DIR",
                        folder.resolve("data").toString(),
                        "DEPLOYMENT_MODE",
                        "production",
                        "MONITORING_OPERATOR_KEY",
                        "operator-of-monitoring",
                        "MONITORING_VIEWER_KEY",
                        "viewer-of-monitoring",
                        "RATE_LIMIT_PER_SECOND",
                        "0",
                        "PROMETHEUS_URL",
                        "http://127.0.0.1:1"));
        try (ServiceProcess monitoring = monitored.start();
                Services services = new Services(folder, Map.of("METRICS_PUBLIC", "false")).start()) {
            fuzz(services.hub, services.key("POOLHUB_OPERATOR_KEY"), services.key("POOLHUB_VIEWER_KEY"));
            fuzz(services.coordinator, services.key("COORDINATOR_OPERATOR_KEY"), services.key("COORDINATOR_API_KEY"));
            fuzz(monitoring.awaitReady(), "operator-of-monitoring", "viewer-of-monitoring");
            for (ServiceProcess service : new ServiceProcess[] {services.hub, services.coordinator, monitoring}) {
                assertThat(new Api(service.url(), null).get("/v1/health").status())
                        .isEqualTo(200);
                checkLog(service.log());
            }
        }
        System.out.printf(
                "fuzz: %d requests to %d endpoints, %d failures%n", requests, endpoints.size(), failures.size());
        assertThat(failures).isEmpty();
        assertThat(endpoints.size()).isGreaterThan(40);
    }

    private void fuzz(ServiceProcess service, String key, String otherKey) {
        JsonNode api = new Api(service.url(), null).get("/v3/api-docs").expect(200);
        Api caller = new Api(service.url(), key);
        Api other = new Api(service.url(), otherKey);
        Api stranger = new Api(service.url(), "no-such-key");
        for (Iterator<Map.Entry<String, JsonNode>> paths = api.get("paths").fields(); paths.hasNext(); ) {
            Map.Entry<String, JsonNode> path = paths.next();
            if (path.getKey().startsWith("/v1/sla/")) {
                continue; // The same handlers as under /sla/.
            }
            for (Iterator<Map.Entry<String, JsonNode>> methods = path.getValue().fields(); methods.hasNext(); ) {
                Map.Entry<String, JsonNode> method = methods.next();
                String verb = method.getKey().toUpperCase(java.util.Locale.ROOT);
                if (endpoints.add(service.url() + " " + verb + " " + path.getKey())) {
                    fuzzOperation(caller, verb, path.getKey(), method.getValue(), api);
                    check(
                            stranger,
                            verb,
                            fill(path.getKey(), "x"),
                            verb.equals("GET") ? null : "{}",
                            "application/json");
                    check(other, verb, fill(path.getKey(), "x"), verb.equals("GET") ? null : "{}", "application/json");
                }
            }
        }
    }

    private void fuzzOperation(Api caller, String verb, String path, JsonNode operation, JsonNode api) {
        for (String text : some(TEXT_VALUES)) {
            check(
                    caller,
                    verb,
                    fill(path, text.isEmpty() ? " " : text),
                    verb.equals("GET") ? null : "{}",
                    "application/json");
        }
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("in").asText().equals("query")) {
                for (String text : some(TEXT_VALUES)) {
                    String query = "?" + parameter.get("name").asText() + "=" + encode(text);
                    check(caller, verb, fill(path, "x") + query, verb.equals("GET") ? null : "{}", "application/json");
                }
            }
        }
        if (!verb.equals("GET")) {
            fuzzBody(caller, verb, fill(path, "x"), fieldsOf(operation, api));
        }
    }

    private void fuzzBody(Api caller, String verb, String path, List<String> fields) {
        for (String body : JSON_VALUES) {
            check(caller, verb, path, body, "application/json");
        }
        for (String body : some(JSON_VALUES)) {
            check(caller, verb, path, body, "application/x-ndjson");
        }
        check(caller, verb, path, "{\"a\":", "application/json");
        check(caller, verb, path, "", "application/json");
        check(caller, verb, path, "a=b", "application/x-www-form-urlencoded");
        check(caller, verb, path, "<a/>", "application/xml");
        check(caller, verb, path, "{}", "nonsense");
        check(caller, verb, path, "[".repeat(5_000), "application/json");
        if (places % EVERY == 0) {
            check(caller, verb, path, "{\"x\":\"" + "y".repeat(11 << 20) + "\"}", "application/json");
        }
        for (String field : fields) {
            for (String value : some(JSON_VALUES)) {
                check(caller, verb, path, object(fields, field, value), "application/json");
            }
            check(caller, verb, path, object(fields, field, "\"" + "z".repeat(100_000) + "\""), "application/json");
        }
    }

    private List<String> some(String[] values) {
        int offset = places++ % EVERY;
        List<String> some = new ArrayList<>();
        for (int i = offset; i < values.length; i += EVERY) {
            some.add(values[i]);
        }
        return some;
    }

    /** The other fields get values that often pass, so that the odd one is reached. */
    private String object(List<String> fields, String odd, String value) {
        StringBuilder body = new StringBuilder("{");
        for (String field : fields) {
            String given = field.equals(odd) ? value : plausible(field);
            body.append(body.length() > 1 ? "," : "")
                    .append('"')
                    .append(field)
                    .append("\":")
                    .append(given);
        }
        return body.append('}').toString();
    }

    private String plausible(String field) {
        if (field.endsWith("_at")
                || field.equals("start")
                || field.startsWith("period_")
                || field.equals("timestamp")) {
            return "\"2026-11-0" + (1 + random.nextInt(8)) + "T00:00:00Z\"";
        }
        if (field.equals("end")) {
            return "\"2026-11-10T00:00:00Z\"";
        }
        if (field.equals("outcome")) {
            return "\"completed\"";
        }
        if (field.equals("currency")) {
            return "\"USD\"";
        }
        if (field.equals("resource_type")) {
            return "\"gpu_hours\"";
        }
        if (field.endsWith("_id") || field.endsWith("name") || field.endsWith("key") || field.equals("region")) {
            return "\"fuzz-" + random.nextInt(1_000_000_000) + "-0123456789\"";
        }
        return random.nextBoolean() ? "null" : "1";
    }

    private static List<String> fieldsOf(JsonNode operation, JsonNode api) {
        List<String> fields = new ArrayList<>();
        JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
        String reference = schema.path("$ref").asText("");
        JsonNode resolved = reference.startsWith("#") ? api.at(reference.substring(1)) : schema;
        resolved.path("properties").fieldNames().forEachRemaining(fields::add);
        return fields;
    }

    private void check(Api caller, String verb, String path, @Nullable String body, String contentType) {
        requests++;
        Api.Answer answer;
        try {
            answer = caller.send(verb, path, body, body == null ? null : contentType);
        } catch (IllegalArgumentException e) {
            return; // the client itself cannot send this
        }
        String shown =
                verb + " " + path + " " + shorten(body) + " -> " + answer.status() + " " + shorten(answer.body());
        // There is no Prometheus here, and monitoring says so.
        boolean away = answer.status() == 503 && answer.body().contains("aitbc:problem:prometheus-away");
        if (answer.status() >= 500 && !away || answer.status() == 0 && !isLarge(body)) {
            failures.add(shown);
        } else if (answer.status() >= 400) {
            if (INSIDE.matcher(answer.body()).find()) {
                failures.add("shows its inside: " + shown);
            }
            // What the server refuses before any code of ours, such as a broken request line, has no body.
            boolean problem = answer.contentType().startsWith("application/problem+json");
            if (!problem
                    && !answer.body().isEmpty()
                    && !answer.body().startsWith("<!doctype html><html lang=\"en\"><head><title>HTTP Status 400")) {
                failures.add("not a problem: " + shown);
            }
        }
    }

    /** A server may close the connection on a body that is far too large before all of it was sent. */
    private static boolean isLarge(@Nullable String body) {
        return body != null && body.length() > 1 << 20;
    }

    private static void checkLog(Path log) throws IOException {
        for (String line : Files.readAllLines(log)) {
            if (line.matches("(WARNING: |\\[[0-9.]+s]\\[warning]\\[cds]).*")) {
                continue; // The virtual machine's own: about what libraries use, and about the archive that these tests
                // start with.
            }
            assertThat(line).as("every line of the log is one record").startsWith("{");
            assertThat(line).doesNotContain("\"level\":\"ERROR\"");
        }
    }

    private static String fill(String path, String value) {
        return path.replaceAll("\\{[^}]+}", java.util.regex.Matcher.quoteReplacement(encode(value)));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String shorten(@Nullable String text) {
        return text == null ? "" : text.length() > 200 ? text.substring(0, 200) + "…" : text;
    }
}

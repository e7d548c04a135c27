package io.aitbc.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose jobs one sees, and what no input breaks. */
class JobIsolationTest extends JobScene {

    private static final List<String> NASTY = List.of(
            "\"\"",
            "\"\\u0000\"",
            "\"a\\u0000b\"",
            "\"\\ud83d\"",
            "-1",
            "0",
            "1e400",
            "1e-400",
            "99999999999999999999",
            "\"" + "a".repeat(5_000) + "\"",
            "[null]",
            "[[]]",
            "{}",
            "{\"a\": \"\\u0000\"}",
            "{\"a\": 1e999999}",
            "true",
            "null",
            "\"+999999999-12-31T23:59:59Z\"");

    @Test
    void aTenantSeesAndCancelsOnlyItsOwn() {
        String id = submit("{\"job_id\": \"mine\"}").body().path("pool_job_id").asText();
        String other = tenant();
        String otherKey = keyOf(other);
        for (String name : List.of("mine", id)) {
            assertThat(get(key, "/v1/jobs/" + name).status()).isEqualTo(200);
            assertThat(get(otherKey, "/v1/jobs/" + name).status()).isEqualTo(404);
            assertThat(get(otherKey, "/v1/jobs/" + name + "?tenant_id=" + tenant)
                            .status())
                    .isEqualTo(404);
            assertThat(post(otherKey, "/v1/jobs/" + name + "/cancel", "{\"reason\": \"x\"}")
                            .status())
                    .isEqualTo(404);
            assertThat(post(otherKey, "/v1/jobs/" + name + "/cancel?tenant_id=" + tenant, "{\"reason\": \"x\"}")
                            .status())
                    .isEqualTo(404);
        }
        assertThat(get(otherKey, "/v1/jobs").body().path("items")).isEmpty();
        assertThat(get(otherKey, "/v1/jobs?tenant_id=" + tenant).status()).isEqualTo(404);
        assertThat(post(otherKey, "/v1/jobs", "{\"tenant_id\": \"" + tenant + "\"}")
                        .status())
                .isEqualTo(404);
        assertThat(cancelled()).isEmpty();
    }

    @Test
    void operatorsNameTheTenantAndSeeAll() {
        assertThat(post(OPERATOR, "/v1/jobs", "{}").problem()).isEqualTo("no-tenant");
        Answer answer = post(OPERATOR, "/v1/jobs", "{\"job_id\": \"same\", \"tenant_id\": \"" + tenant + "\"}");
        assertThat(answer.status()).isEqualTo(201);
        String other = tenant();
        post(OPERATOR, "/v1/jobs", "{\"job_id\": \"same\", \"tenant_id\": \"" + other + "\"}");
        assertThat(get(OPERATOR, "/v1/jobs/same").problem()).isEqualTo("several-jobs");
        assertThat(get(OPERATOR, "/v1/jobs/same?tenant_id=" + other)
                        .body()
                        .path("tenant_id")
                        .asText())
                .isEqualTo(other);
        assertThat(get(VIEWER, "/v1/jobs?tenant_id=" + tenant).body().path("items"))
                .hasSize(1);
        assertThat(post(VIEWER, "/v1/jobs", "{}").status()).isEqualTo(403);
        assertThat(post(SERVICE, "/v1/jobs", "{}").status()).isEqualTo(403);
        assertThat(post(key, "/api/jobs/events", "[]").status()).isEqualTo(403);
        assertThat(post(OPERATOR, "/api/jobs/events", "[]").status()).isEqualTo(403);
    }

    @Test
    void aTenantThatIsSuspendedSubmitsNothing() {
        send(OPERATOR, "PATCH", "/api/tenants/" + tenant, "{\"status\": \"suspended\"}", "application/json");
        Answer own = submit("{}");
        assertThat(own.status()).isEqualTo(403);
        assertThat(own.problem()).isEqualTo("tenant-suspended");
        assertThat(post(OPERATOR, "/v1/jobs", "{\"tenant_id\": \"" + tenant + "\"}")
                        .status())
                .isEqualTo(403);
        assertThat(placed()).isEmpty();
    }

    @Test
    void anOperatorCancelsAlsoWhatASuspendedTenantRuns() {
        String id = recorded().toString();
        send(OPERATOR, "PATCH", "/api/tenants/" + tenant, "{\"status\": \"suspended\"}", "application/json");
        assertThat(cancel(id).status()).isEqualTo(403);
        Answer answer = post(OPERATOR, "/v1/jobs/" + id + "/cancel?tenant_id=" + tenant, "{\"reason\": \"unpaid\"}");
        assertThat(answer.body().path("state").asText()).isEqualTo("CANCELLED");
    }

    @Test
    void jobsArePagedTheLatestFirstAndFilteredByState() {
        List<String> submitted = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            submitted.add(
                    0,
                    submit("{\"job_id\": \"j-" + i + "\"}")
                            .body()
                            .path("job_id")
                            .asText());
        }
        tell(news(get(key, "/v1/jobs/j-2").body().path("pool_job_id").asText(), 3, "RUNNING", 0));
        List<String> seen = new ArrayList<>();
        String path = "/v1/jobs?limit=2";
        for (int page = 0; page < 3; page++) {
            JsonNode body = get(key, path).body();
            body.path("items").forEach(job -> seen.add(job.path("job_id").asText()));
            path = "/v1/jobs?limit=2&cursor=" + body.path("next").asText();
        }
        assertThat(seen).isEqualTo(submitted);
        assertThat(get(key, "/v1/jobs?state=RUNNING").body().path("items").findValuesAsText("job_id"))
                .containsExactly("j-2");
    }

    @Test
    void noFieldBreaksASubmissionOrNews() {
        for (String field : List.of(
                "job_id",
                "tenant_id",
                "gpu_count",
                "min_vram_gb",
                "priority",
                "max_duration_s",
                "expected_duration_s",
                "preemptible",
                "max_attempts",
                "requirements",
                "spec")) {
            for (String value : NASTY) {
                check(submit("{\"" + field + "\": " + value + "}"), field + " with " + value);
            }
        }
        for (String field : List.of("gpu_name", "region", "capabilities_all", "max_price")) {
            for (String value : NASTY) {
                check(submit("{\"requirements\": {\"" + field + "\": " + value + "}}"), field + " with " + value);
            }
        }
        String id = submitted().path("pool_job_id").asText();
        for (String field : List.of(
                "source",
                "event_id",
                "job_id",
                "revision",
                "state",
                "at",
                "attempt",
                "miner_id",
                "started_at",
                "fail_code",
                "cause",
                "used")) {
            for (String value : NASTY) {
                String good = news(id, 9, "RUNNING", 1);
                check(tell(good.substring(0, good.length() - 1) + ", \"" + field + "\": " + value + "}"), field);
                String end = news(id, 9, "FAILED", 1).replace("\"gpu_hours\": 0.25", "\"gpu_hours\": " + value);
                check(tell(end), "used with " + value);
            }
        }
        check(post(SERVICE, "/api/jobs/events", "{}"), "no array");
        check(post(SERVICE, "/api/jobs/events", "[" + "{},".repeat(2_000) + "{}]"), "too many");
        check(post(key, "/v1/jobs/%00/cancel", "{\"reason\": \"\\u0000\"}"), "a NUL");
        check(post(key, "/v1/jobs/" + id + "/cancel", "{\"reason\": \"\\u0000\"}"), "a NUL");
    }

    private static void check(Answer answer, String what) {
        assertThat(answer.status()).as(what + ": " + answer.response().body()).isLessThan(500);
    }
}

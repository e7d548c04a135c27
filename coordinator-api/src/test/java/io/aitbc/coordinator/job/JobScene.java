package io.aitbc.coordinator.job;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.aitbc.coordinator.RunningCoordinator;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;

/** A coordinator whose pool-hub the test plays, and whose errands there the test makes. */
abstract class JobScene extends RunningCoordinator {

    static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-01";

    @Autowired
    Placement placement;

    @Autowired
    Submissions submissions;

    String tenant = "";
    String key = "";

    @BeforeEach
    void aTenantAndAHubThatTakesAll() {
        HUB.resetAll();
        jdbc.sql("UPDATE tenant_jobs SET due_at = NULL").update();
        hubPlaces(WireMock.created().withBody("{}"));
        tenant = tenant();
        key = keyOf(tenant);
    }

    static void hubPlaces(ResponseDefinitionBuilder answer) {
        HUB.stubFor(WireMock.post(urlPathEqualTo("/v1/jobs")).willReturn(answer));
    }

    static void hubCancels(ResponseDefinitionBuilder answer) {
        HUB.stubFor(WireMock.post(urlMatching("/v1/jobs/.*/cancel")).willReturn(answer));
    }

    static ResponseDefinitionBuilder problem(int status, String slug, String detail) {
        return aResponse()
                .withStatus(status)
                .withHeader("Content-Type", "application/problem+json")
                .withBody("{\"type\": \"urn:aitbc:problem:%s\", \"detail\": \"%s\"}".formatted(slug, detail));
    }

    /** What the hub was asked to place. */
    static List<LoggedRequest> placed() {
        return HUB.findAll(postRequestedFor(urlEqualTo("/v1/jobs")));
    }

    static List<LoggedRequest> cancelled() {
        return HUB.findAll(postRequestedFor(urlMatching("/v1/jobs/.*/cancel")));
    }

    Answer submit(String body, String... headers) {
        return send(key, "POST", "/v1/jobs", body, "application/json", headers);
    }

    /** A job of an hour on one GPU, submitted by the tenant. */
    JsonNode submitted() {
        return submit("{\"max_duration_s\": 3600}").body();
    }

    /** A job that is recorded; whoever did so was killed before it could place it. */
    UUID recorded() {
        NewJob job = new NewJob(null, null, 1, null, null, 3_600, null, null, null, null, null);
        return submissions
                .submit(io.aitbc.service.security.Caller.tenant(tenant), tenant, job, null, PARENT)
                .job()
                .poolJobId();
    }

    JsonNode job(String poolJobId) {
        return get(OPERATOR, "/v1/jobs/" + poolJobId).body();
    }

    String state(String poolJobId) {
        return job(poolJobId).path("state").asText();
    }

    Answer cancel(String jobId) {
        return post(key, "/v1/jobs/" + jobId + "/cancel", "{\"reason\": \"not needed\"}");
    }

    /** A piece of news as the hub sends it; further fields such as {@code , "fail_code": "x"}. */
    static String news(String poolJobId, long revision, String state, int seconds, String... further) {
        String used = List.of("COMPLETED", "FAILED", "CANCELLED").contains(state)
                ? ", \"used\": {\"gpu_hours\": 0.25, \"compute_hours\": 0.25, \"api_calls\": 1}"
                : "";
        return """
                {"source": "pool-1", "event_id": "%s", "job_id": "%s", "revision": %d, "state": "%s", "at": "%s",
                 "attempt": 1, "miner_id": "m-1"%s%s}""".formatted(
                        UUID.randomUUID(),
                        poolJobId,
                        revision,
                        state,
                        NOON.plus(Duration.ofSeconds(seconds)),
                        used,
                        String.join("", further));
    }

    Answer tell(String... news) {
        return post(SERVICE, "/api/jobs/events", "[" + String.join(",", news) + "]");
    }

    /** What the tenant's open reservation of a job has of a resource; null when there is none. */
    @Nullable
    BigDecimal reserved(String poolJobId, String resource) {
        return jdbc.sql("SELECT counts FROM reservation_amounts WHERE job_id = :job AND resource_type = :resource")
                .param("job", poolJobId)
                .param("resource", resource)
                .query(BigDecimal.class)
                .optional()
                .orElse(null);
    }

    long audited(String action) {
        return jdbc.sql("SELECT count(*) FROM audit_log WHERE action = :action AND actor = :actor")
                .param("action", action)
                .param("actor", "tenant:" + tenant)
                .query(Long.class)
                .single();
    }
}

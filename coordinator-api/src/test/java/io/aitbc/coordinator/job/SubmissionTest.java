package io.aitbc.coordinator.job;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.created;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Jobs from a tenant's key to the pool: once, whatever is away or killed on the way. */
class SubmissionTest extends JobScene {

    @Autowired
    private MeterRegistry meters;

    @Test
    void aJobIsReservedRecordedAndPlacedWithinTheCallersTrace() throws Exception {
        Answer answer = submit(
                "{\"job_id\": \"train\", \"gpu_count\": 2, \"max_duration_s\": 1800, \"max_attempts\": 3,"
                        + " \"requirements\": {\"gpu_name\": \"A100\"}, \"spec\": {\"command\": [\"a\"]}}",
                "traceparent",
                PARENT);
        assertThat(answer.status()).isEqualTo(201);
        JsonNode job = answer.body();
        String id = job.path("pool_job_id").asText();
        assertThat(job.path("job_id").asText()).isEqualTo("train");
        assertThat(job.path("tenant_id").asText()).isEqualTo(tenant);
        assertThat(job.path("state").asText()).isEqualTo("QUEUED");
        assertThat(job.path("trace_id").asText()).isEqualTo(TRACE);
        assertThat(answer.response().headers().firstValue("Location")).contains("/v1/jobs/train");
        LoggedRequest request = placed().get(0);
        assertThat(request.header("traceparent").firstValue()).isEqualTo(PARENT);
        assertThat(request.header("Authorization").firstValue()).isEqualTo("Bearer " + HUB_KEY);
        assertThat(json.readTree(request.getBodyAsString()))
                .isEqualTo(json.readTree("{\"job_id\": \"" + id + "\", \"tenant_id\": \"" + tenant
                        + "\", \"gpu_count\": 2, \"max_duration_s\": 1800, \"max_attempts\": 3,"
                        + " \"requirements\": {\"gpu_name\": \"A100\"}, \"spec\": {\"command\": [\"a\"]}}"));
        assertThat(reserved(id, "gpu_hours")).isEqualByComparingTo("3");
        assertThat(reserved(id, "compute_hours")).isEqualByComparingTo("1.5");
        assertThat(reserved(id, "api_calls")).isEqualByComparingTo("1");
        assertThat(audited("job.submit")).isEqualTo(1);
    }

    @Test
    void aCallWithoutATraceBeginsOne() {
        JsonNode job = submitted();
        assertThat(job.path("trace_id").asText()).matches("(?!0{32})[0-9a-f]{32}");
        assertThat(placed().get(0).header("traceparent").firstValue())
                .startsWith("00-" + job.path("trace_id").asText() + "-");
        JsonNode other = submit("{}", "traceparent", "00-nonsense-01").body();
        assertThat(other.path("trace_id").asText()).matches("[0-9a-f]{32}");
    }

    @Test
    void theSameAgainIsTheSameJobByItsKeyAndByItsName() {
        Answer first = submit("{\"gpu_count\": 1}", "Idempotency-Key", "k-1");
        Answer again = submit("{\"gpu_count\": 1}", "Idempotency-Key", "k-1");
        assertThat(first.status()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body().path("job_id")).isEqualTo(first.body().path("job_id"));
        Answer reused = submit("{\"gpu_count\": 2}", "Idempotency-Key", "k-1");
        assertThat(reused.status()).isEqualTo(409);
        assertThat(reused.problem()).isEqualTo("key-reused");
        assertThat(submit("{\"job_id\": \"j\"}").status()).isEqualTo(201);
        assertThat(submit("{\"job_id\": \"j\"}").status()).isEqualTo(200);
        assertThat(submit("{\"job_id\": \"j\", \"priority\": 1}").problem()).isEqualTo("job-known");
        assertThat(placed()).hasSize(2);
        assertThat(audited("job.submit")).isEqualTo(2);
        String other = keyOf(tenant());
        assertThat(send(other, "POST", "/v1/jobs", "{\"job_id\": \"j\"}", "application/json", "Idempotency-Key", "k-1")
                        .status())
                .as("names and keys are each tenant's own")
                .isEqualTo(201);
    }

    @Test
    void theSameKeyFromManyAtOnceIsOneJob() throws Exception {
        List<CompletableFuture<Answer>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(CompletableFuture.supplyAsync(() -> submit("{\"gpu_count\": 1}", "Idempotency-Key", "once")));
        }
        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<Answer> call : calls) {
            statuses.add(call.get(30, TimeUnit.SECONDS).status());
        }
        assertThat(statuses).containsOnly(200, 201).containsOnlyOnce(201);
        assertThat(get(key, "/v1/jobs").body().path("items")).hasSize(1);
        assertThat(placed()).hasSize(1);
    }

    @Test
    void aHubThatIsAwayLosesNothing() {
        hubPlaces(aResponse().withStatus(503));
        Answer answer = submit("{\"job_id\": \"waits\"}", "traceparent", PARENT);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body().path("state").asText()).isEqualTo("SUBMITTED");
        assertThat(placement.sweep()).as("it is not due yet").isTrue();
        assertThat(placed()).hasSize(1);
        hubPlaces(okJson("{}"));
        clock.advance(Duration.ofSeconds(31));
        assertThat(placement.sweep()).isTrue();
        assertThat(state(answer.body().path("pool_job_id").asText())).isEqualTo("QUEUED");
        List<LoggedRequest> placed = placed();
        assertThat(placed).hasSize(2);
        assertThat(placed.get(1).getBodyAsString())
                .as("to the last byte the same, which the hub knows again")
                .isEqualTo(placed.get(0).getBodyAsString());
        assertThat(placed.get(1).header("traceparent").firstValue()).isEqualTo(PARENT);
        assertThat(placement.sweep()).isTrue();
        assertThat(placed()).hasSize(2);
    }

    @Test
    void aKeyThatTheHubDoesNotTakeIsNoFaultOfTheJob() {
        hubPlaces(problem(401, "key-required", "no"));
        String id = submitted().path("pool_job_id").asText();
        assertThat(state(id)).isEqualTo("SUBMITTED");
        hubPlaces(created().withBody("{}"));
        clock.advance(Duration.ofSeconds(31));
        placement.sweep();
        assertThat(state(id)).isEqualTo("QUEUED");
    }

    @Test
    void whatTheHubRefusesIsRejectedWithItsReasonAndReservesNothing() {
        hubPlaces(problem(422, "bad-spec", "spec is not to my liking"));
        JsonNode job = submitted();
        String id = job.path("pool_job_id").asText();
        assertThat(job.path("state").asText()).isEqualTo("REJECTED");
        assertThat(job.path("fail_code").asText()).isEqualTo("bad-spec");
        assertThat(job.path("cause").asText()).contains("spec is not to my liking");
        assertThat(job.path("finished_at").isTextual()).isTrue();
        assertThat(reserved(id, "gpu_hours")).isNull();
        clock.advance(Duration.ofMinutes(5));
        placement.sweep();
        assertThat(placed()).as("and it is not tried again").hasSize(1);
        assertThat(cancel(id).status()).isEqualTo(409);
    }

    @Test
    void aHubThatNeverAnswersHoldsNobodyUpForLong() {
        hubPlaces(created().withBody("{}").withFixedDelay(20_000));
        long begin = System.nanoTime();
        Answer answer = submit("{}");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(6));
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body().path("state").asText()).isEqualTo("SUBMITTED");
    }

    @Test
    void aKillBetweenRecordingAndPlacingLosesAndDoublesNothing() {
        UUID id = recorded();
        assertThat(placed()).isEmpty();
        placement.sweep();
        assertThat(placed()).hasSize(1);
        assertThat(state(id.toString())).isEqualTo("QUEUED");
    }

    @Test
    void aKillWhilePlacingLeavesALeaseThatEnds() {
        UUID id = recorded();
        // Somebody took it and was killed.
        jdbc.sql(
                        "UPDATE tenant_jobs SET lease = gen_random_uuid(), leased_until = clock_timestamp() + interval '1 min',"
                                + " maybe_there = true WHERE pool_job_id = :id")
                .param("id", id)
                .update();
        placement.sweep();
        assertThat(placed()).as("somebody is at it").isEmpty();
        jdbc.sql("UPDATE tenant_jobs SET leased_until = clock_timestamp() WHERE pool_job_id = :id")
                .param("id", id)
                .update();
        placement.sweep();
        assertThat(placed()).hasSize(1);
        assertThat(state(id.toString())).isEqualTo("QUEUED");
    }

    @Test
    void aJobBeyondAHardQuotaIsRefusedAndLeavesNothing() {
        send(
                OPERATOR,
                "PUT",
                "/api/tenants/" + tenant + "/quotas/gpu_hours",
                "{\"limit\": 2, \"period\": \"month\", \"mode\": \"hard\"}",
                "application/json");
        assertThat(submit("{\"max_duration_s\": 3600}").status()).isEqualTo(201);
        assertThat(submit("{\"max_duration_s\": 3600}").status()).isEqualTo(201);
        Answer refused = submit("{\"job_id\": \"one-too-many\", \"max_duration_s\": 3600}");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.problem()).isEqualTo("quota-exceeded");
        assertThat(refused.body().path("resource_type").asText()).isEqualTo("gpu_hours");
        assertThat(refused.body().path("detail").asText())
                .endsWith("A job reserves gpu_count × max_duration_s × max_attempts, here 1 × 1 hours × 1.");
        assertThat(submit("{\"gpu_count\": 2}").body().path("detail").asText())
                .endsWith("here 2 × 24 hours × 1, as max_duration_s is a day when it is left out.");
        assertThat(get(key, "/v1/jobs/one-too-many").status()).isEqualTo(404);
        assertThat(placed()).hasSize(2);
    }

    @Test
    void aJobThatCostsTooMuchIsRefused() {
        send(OPERATOR, "PATCH", "/api/tenants/" + tenant, "{\"credit_limit\": 1}", "application/json");
        // An hour costs 0.50 for the GPU, 0.30 for the time and 0.0001 for the call.
        assertThat(submit("{\"max_duration_s\": 3600}").status()).isEqualTo(201);
        Answer refused = submit("{\"max_duration_s\": 3600}");
        assertThat(refused.status()).isEqualTo(402);
        assertThat(refused.problem()).isEqualTo("credit-limit-reached");
        assertThat(refused.body().path("asked").decimalValue()).isEqualByComparingTo("0.80");
    }

    @Test
    void aJobThatIsOnlyHereIsCancelledAtOnceAndNeverPlaced() {
        String id = recorded().toString();
        double before = meters.counter("jobs", "status", "cancelled").count();
        Answer answer = cancel(id);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("state").asText()).isEqualTo("CANCELLED");
        assertThat(cancel(id).status()).as("twice is once").isEqualTo(200);
        placement.sweep();
        assertThat(placed()).isEmpty();
        assertThat(cancelled()).isEmpty();
        assertThat(reserved(id, "gpu_hours")).isNull();
        assertThat(audited("job.cancel")).isEqualTo(1);
        assertThat(meters.counter("jobs", "status", "cancelled").count()).isEqualTo(before + 1);
    }

    @Test
    void theHubIsToldOfACancellationUntilItHasBeenTold() {
        String id = submitted().path("pool_job_id").asText();
        hubCancels(aResponse().withStatus(503));
        Answer answer = cancel(id);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("state").asText()).isEqualTo("QUEUED");
        assertThat(answer.body().path("cancel_requested_at").isTextual()).isTrue();
        hubCancels(okJson("{}"));
        clock.advance(Duration.ofSeconds(31));
        placement.sweep();
        placement.sweep();
        assertThat(cancelled()).hasSize(2);
        assertThat(cancelled().get(1).getUrl()).isEqualTo("/v1/jobs/" + id + "/cancel");
        assertThat(reserved(id, "gpu_hours")).as("it may run still").isNotNull();
        tell(news(id, 2, "CANCELLED", 60));
        assertThat(state(id)).isEqualTo("CANCELLED");
        assertThat(cancel(id).status()).isEqualTo(200);
    }

    @Test
    void aJobOfWhichNobodyKnowsWhetherTheHubGotItIsCancelledThereFirst() {
        hubPlaces(aResponse().withStatus(500));
        String id = submitted().path("pool_job_id").asText();
        hubCancels(problem(404, "unknown-job", "There is no such job."));
        assertThat(cancel(id).body().path("state").asText()).isEqualTo("CANCELLED");
        assertThat(cancelled()).hasSize(1);
        assertThat(reserved(id, "gpu_hours")).isNull();
        // It arrives there after all.
        hubCancels(okJson("{}"));
        tell(news(id, 7, "QUEUED", 10));
        assertThat(state(id)).isEqualTo("CANCELLED");
        placement.sweep();
        assertThat(cancelled()).hasSize(2);
        tell(news(id, 8, "CANCELLED", 20));
        assertThat(state(id)).isEqualTo("CANCELLED");
        placement.sweep();
        assertThat(cancelled()).hasSize(2);
    }

    @Test
    void aWrongAddressIsNotTakenForAHubThatDoesNotKnowTheJob() {
        String id = submitted().path("pool_job_id").asText();
        hubCancels(aResponse().withStatus(404).withBody("<html>"));
        cancel(id);
        assertThat(state(id)).isEqualTo("QUEUED");
    }
}

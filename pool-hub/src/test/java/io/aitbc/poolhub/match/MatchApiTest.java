package io.aitbc.poolhub.match;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.poolhub.HubWithMiners;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code /v1/match} and {@code /v1/feedback}: what they answer, and what they leave behind. */
class MatchApiTest extends HubWithMiners {

    private static final String MATCH = "/v1/match";
    private static final String FEEDBACK = "/v1/feedback";

    @Test
    void aMatchNamesTheMinerAndSaysWhyTheOthersWereNotOffered() {
        String model = fresh("model");
        String good = enrol("\"gpu_name\": \"%s\", \"gpu_vram_gb\": 80, \"base_price\": \"1.25\", \"addr\": \"h:1\""
                .formatted(model));
        String silent = enrol("\"gpu_name\": \"%s\"".formatted(model));
        beat(good, "{\"network_latency_ms\": 20}");
        Answer answer = post(OPERATOR, MATCH + "?explain=full", """
                {"job_id": "j", "requirements": {"gpu_name": "%s"}, "hints": {"region": "eu"}, "top_k": 50}
                """.formatted(model));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode candidate = answer.body().get("candidates").get(0);
        assertThat(candidate.get("miner_id").asText()).isEqualTo(good);
        assertThat(candidate.get("eta_ms").asDouble()).isEqualTo(20);
        assertThat(candidate.get("price").decimalValue()).isEqualByComparingTo("1.25");
        assertThat(candidate.get("score").asDouble()).isBetween(0.0, 1.0);
        assertThat(candidate.get("explain").has("trust")).isTrue();
        assertThat(answer.body().get("reasons").get(silent).asText()).isEqualTo("offline");
        int rejected = 0;
        for (JsonNode count : answer.body().get("rejected")) {
            rejected += count.asInt();
        }
        assertThat(rejected + answer.body().get("accepted").asInt())
                .isEqualTo(count("SELECT count(*) FROM miners WHERE enrollment <> 'REMOVED'"));
    }

    @Test
    void everyMatchIsKeptWithWhatItOffered() {
        String model = fresh("model");
        String job = fresh("job");
        beat(enrol("\"gpu_name\": \"%s\"".formatted(model)), "{\"network_latency_ms\": 7}");
        post(OPERATOR, MATCH, "{\"job_id\": \"%s\", \"requirements\": {\"gpu_name\": \"%s\"}}".formatted(job, model));
        assertThat(count("SELECT count(*) FROM match_requests WHERE job_id = ? AND candidates = 1", job))
                .isEqualTo(1);
        assertThat(count("SELECT count(*) FROM match_results WHERE job_id = ? AND rank = 1 AND eta_ms = 7", job))
                .isEqualTo(1);
    }

    @Test
    void eachCallOfATenantIsCountedOnceHoweverManyShareABatch() throws Exception {
        String tenant = fresh("tenant");
        ExecutorService callers = Executors.newFixedThreadPool(16);
        try {
            List<CompletableFuture<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String body = "{\"job_id\": \"j%d\", \"tenant_id\": \"%s\"}".formatted(i, tenant);
                calls.add(CompletableFuture.supplyAsync(() -> post(OPERATOR, MATCH, body), callers));
            }
            for (CompletableFuture<Answer> call : calls) {
                assertThat(call.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(quantity(tenant, "api_calls")).isEqualByComparingTo("100");
    }

    @Test
    void aMatchCallThatBreaksARuleIsRefusedAndNotCounted() {
        String tenant = fresh("tenant");
        assertThat(post(OPERATOR, MATCH, "{\"tenant_id\": \"%s\"}".formatted(tenant))
                        .status())
                .isEqualTo(422);
        for (String bad : new String[] {"\"top_k\": 0", "\"top_k\": 51", "\"hints\": {\"max_price\": -1}"}) {
            assertThat(post(OPERATOR, MATCH, "{\"job_id\": \"j\", \"tenant_id\": \"%s\", %s}".formatted(tenant, bad))
                            .status())
                    .as(bad)
                    .isEqualTo(422);
        }
        assertThat(post(OPERATOR, MATCH, "{\"job_id\": \"a\\u0000b\"}").status())
                .isEqualTo(422);
        assertThat(post(VIEWER, MATCH, "{\"job_id\": \"j\"}").status()).isEqualTo(403);
        assertThat(post(NOBODY, MATCH, "{\"job_id\": \"j\"}").status()).isEqualTo(401);
        assertThat(count("SELECT count(*) FROM usage_events WHERE tenant_id = ?", tenant))
                .isZero();
    }

    @Test
    void completedWorkIsUsageExactToEightDecimals() {
        String tenant = fresh("tenant");
        String miner = enrol();
        Answer answer = feedback(miner, fresh("job"), "completed", tenant, 3, START.minusSeconds(5_400), START);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(quantity(tenant, "gpu_hours")).isEqualByComparingTo("4.5");
        assertThat(quantity(tenant, "compute_hours")).isEqualByComparingTo("1.5");
    }

    @Test
    void theSameReportAgainChangesNothingAndAnotherContradicts() {
        String tenant = fresh("tenant");
        String miner = enrol();
        String job = fresh("job");
        Instant start = START.minusSeconds(3_600);
        assertThat(feedback(miner, job, "completed", tenant, 1, start, START).status())
                .isEqualTo(200);
        assertThat(feedback(miner, job, "success", tenant, 1, start, START).status())
                .isEqualTo(200);
        assertThat(feedback(miner, job, "failed", tenant, 1, start, START).status())
                .isEqualTo(409);
        assertThat(feedback(miner, job, "completed", tenant, 2, start, START).status())
                .isEqualTo(409);
        assertThat(quantity(tenant, "gpu_hours")).isEqualByComparingTo("1");
        assertThat(count("SELECT count(*) FROM job_outcomes WHERE job_id = ?", job))
                .isEqualTo(1);
        assertThat(jdbc.sql("SELECT successes FROM miner_trust WHERE miner_id = ?")
                        .param(miner)
                        .query(Double.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void theSameReportFromManyAtOnceIsOneFact() throws Exception {
        String tenant = fresh("tenant");
        String miner = enrol();
        String job = fresh("job");
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                calls.add(CompletableFuture.supplyAsync(
                        () -> feedback(miner, job, "completed", tenant, 1, START.minusSeconds(3_600), START), callers));
            }
            for (CompletableFuture<Answer> call : calls) {
                assertThat(call.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(quantity(tenant, "gpu_hours")).isEqualByComparingTo("1");
        assertThat(quantity(tenant, "compute_hours")).isEqualByComparingTo("1");
        assertThat(audited(job)).containsExactly("match.feedback by operator");
    }

    @Test
    void failedWorkIsFreeUnlessItWasTheTenantsFault() {
        String tenant = fresh("tenant");
        String miner = enrol();
        assertThat(feedback(miner, fresh("job"), "failure", tenant, 1, START.minusSeconds(3_600), START)
                        .status())
                .isEqualTo(200);
        assertThat(count("SELECT count(*) FROM usage_events WHERE tenant_id = ?", tenant))
                .isZero();
        String billable = """
                {"job_id": "%s", "miner_id": "%s", "outcome": "failed", "fail_code": "tenant_oom", "billable": true,
                 "tenant_id": "%s", "started_at": "%s", "finished_at": "%s"}
                """.formatted(fresh("job"), miner, tenant, START.minusSeconds(3_600), START);
        assertThat(post(OPERATOR, FEEDBACK, billable).status()).isEqualTo(200);
        assertThat(quantity(tenant, "gpu_hours")).isEqualByComparingTo("1");
    }

    @Test
    void trustMovesWithOutcomesAndShowsInTheNextMatch() {
        String model = fresh("model");
        String good = enrol("\"gpu_name\": \"%s\"".formatted(model));
        String bad = enrol("\"gpu_name\": \"%s\"".formatted(model));
        beat(good);
        beat(bad);
        for (int i = 0; i < 5; i++) {
            feedback(good, fresh("job"), "completed", null, 1, null, null);
            feedback(bad, fresh("job"), "failed", null, 1, null, null);
        }
        Answer match = post(OPERATOR, MATCH, """
                {"job_id": "j", "top_k": 2, "requirements": {"gpu_name": "%s"}}
                """.formatted(model));
        JsonNode first = match.body().get("candidates").get(0);
        assertThat(first.get("miner_id").asText()).isEqualTo(good);
        assertThat(first.get("explain").get("trust").asDouble()).isEqualTo(7 / 9.0);
        assertThat(match.body()
                        .get("candidates")
                        .get(1)
                        .get("explain")
                        .get("trust")
                        .asDouble())
                .isEqualTo(2 / 9.0);
    }

    @Test
    void timesThatCannotBeAreRefused() {
        String miner = enrol();
        Instant now = clock.instant();
        assertThat(feedback(miner, "j", "completed", "t", 1, now, now.minusSeconds(1))
                        .status())
                .isEqualTo(422);
        assertThat(feedback(miner, "j", "completed", "t", 1, now, now.plusSeconds(301))
                        .status())
                .isEqualTo(422);
        assertThat(feedback(miner, "j", "completed", "t", 1, now.minusSeconds(31 * 86_400 + 1), now)
                        .status())
                .isEqualTo(422);
        assertThat(feedback(miner, "j", "completed", "t", 0, now.minusSeconds(1), now)
                        .status())
                .isEqualTo(422);
        assertThat(feedback(miner, "j", "completed", "t", 1_025, now.minusSeconds(1), now)
                        .status())
                .isEqualTo(422);
        assertThat(feedback(miner, "j", "completed", "t", 1, now, null).status())
                .isEqualTo(422);
        assertThat(feedback("nobody", "j", "completed", "t", 1, now, now).status())
                .isEqualTo(404);
        assertThat(feedback(miner, "j", "vanished", "t", 1, now, now).status()).isEqualTo(400);
        assertThat(feedback(miner, fresh("job"), "completed", fresh("t"), 1, now, now)
                        .status())
                .as("work that took no time is no mistake")
                .isEqualTo(200);
    }

    private Answer feedback(
            String miner,
            String job,
            String outcome,
            @org.jspecify.annotations.Nullable String tenant,
            int gpus,
            @org.jspecify.annotations.Nullable Instant start,
            @org.jspecify.annotations.Nullable Instant end) {
        StringBuilder body =
                new StringBuilder("{\"job_id\": \"%s\", \"miner_id\": \"%s\", \"outcome\": \"%s\", \"gpu_count\": %d"
                        .formatted(job, miner, outcome, gpus));
        if (tenant != null) {
            body.append(", \"tenant_id\": \"").append(tenant).append('"');
        }
        if (start != null) {
            body.append(", \"started_at\": \"").append(start).append('"');
        }
        if (end != null) {
            body.append(", \"finished_at\": \"").append(end).append('"');
        }
        return post(OPERATOR, FEEDBACK, body.append('}').toString());
    }

    private BigDecimal quantity(String tenant, String resource) {
        return jdbc.sql("SELECT coalesce(sum(quantity), 0) FROM usage_events WHERE tenant_id = ? AND resource_type = ?")
                .params(tenant, resource)
                .query(BigDecimal.class)
                .single();
    }

    private List<String> audited(String subject) {
        return jdbc.sql("SELECT action || ' by ' || actor FROM audit_log WHERE subject = ?")
                .param(subject)
                .query(String.class)
                .list();
    }
}

package io.aitbc.poolhub.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.poolhub.telemetry.AssignmentBook;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.web.context.request.async.DeferredResult;

/** The life of jobs over HTTP, from their submission to the usage that they leave. */
class JobLifeTest extends JobHub {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void aJobIsQueuedGivenStartedCompletedAndBilledToTheSecond() {
        String key = miner("m-1", 4);
        JsonNode queued = submit("j-1", ",\"gpu_count\":2,\"spec\":{\"command\":[\"train\",\"--fast\"]}");
        assertThat(queued.path("state").asText()).isEqualTo("QUEUED");
        assertThat(pass().placed()).isEqualTo(1);
        JsonNode given = given(key).get(0);
        assertThat(given.path("job_id").asText()).isEqualTo("j-1");
        assertThat(given.path("gpu_uuids")).hasSize(2);
        assertThat(given.path("spec").path("command").get(1).asText()).isEqualTo("--fast");
        assertThat(get("/v1/miners/assignments", key).expect(200)).hasSize(1);
        clock.advance(Duration.ofSeconds(3));
        assertThat(says(key, "j-1", "started").expect(200).path("state").asText())
                .isEqualTo("RUNNING");
        assertThat(given(key)).isEmpty();
        clock.advance(Duration.ofSeconds(754));
        JsonNode heard = says(key, "j-1", "completed", clock.instant(), ",\"result\":{\"loss\":0.1}")
                .expect(200);
        assertThat(heard.path("state").asText()).isEqualTo("COMPLETED");
        assertThat(heard.path("go_on").asBoolean()).isFalse();
        assertThat(job("j-1").path("result").path("loss").asDouble()).isEqualTo(0.1);
        assertThat(used("j-1", "gpu_hours")).isEqualByComparingTo(hours(2 * 754));
        assertThat(used("j-1", "compute_hours")).isEqualByComparingTo(hours(754));
        assertThat(used("j-1", "api_calls")).isEqualByComparingTo("1");
        assertThat(jdbc.sql("SELECT count(*) FROM gpu_leases")
                        .query(Integer.class)
                        .single())
                .isZero();
        assertThat(jdbc.sql("SELECT outcome FROM job_outcomes WHERE job_id = 'j-1'")
                        .query(String.class)
                        .single())
                .isEqualTo("completed");
        assertThat(jdbc.sql("SELECT count(*) FROM match_results WHERE job_id = 'j-1'")
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void theSameJobTwiceIsOneAndAnotherOfItsNameIsRefused() {
        submit("j-1");
        post("/v1/jobs", OPERATOR, job("j-1", "")).expect(200);
        post("/v1/jobs", OPERATOR, job("j-1", ",\"gpu_count\":2")).expect(409);
        assertThat(get("/v1/jobs", VIEWER).expect(200)).hasSize(1);
        assertThat(used("j-1", "api_calls")).isEqualByComparingTo("1");
    }

    @Test
    void nonsenseIsRefused() {
        post("/v1/jobs", OPERATOR, "{\"job_id\":\"j\",\"tenant_id\":\"t\",\"gpu_count\":0}")
                .expect(422);
        post("/v1/jobs", OPERATOR, "{\"job_id\":\"j\"}").expect(422);
        post("/v1/jobs", OPERATOR, "{\"job_id\":\"a b\",\"tenant_id\":\"t\"}").expect(422);
        post("/v1/jobs", OPERATOR, job("j", ",\"spec\":[1]")).expect(422);
        post("/v1/jobs", VIEWER, job("j", "")).expect(403);
        get("/v1/jobs/none", VIEWER).expect(404);
        post("/v1/jobs/none/cancel", OPERATOR, "{\"reason\":\"x\"}").expect(404);
    }

    @Test
    void eventsTwiceAndOutOfOrderAreTheSame() {
        String key = miner("m-1", 1);
        submit("j-1");
        pass();
        Instant started = clock.instant().plusSeconds(1);
        clock.advance(Duration.ofSeconds(101));
        String withStart = ",\"started_at\":\"" + started + "\"";
        says(key, "j-1", "completed", started.plusSeconds(100), withStart).expect(200);
        assertThat(says(key, "j-1", "completed", started.plusSeconds(100), withStart)
                        .expect(200)
                        .path("duplicate")
                        .asBoolean())
                .isTrue();
        assertThat(says(key, "j-1", "started", started, "")
                        .expect(200)
                        .path("state")
                        .asText())
                .isEqualTo("COMPLETED");
        assertThat(used("j-1", "gpu_hours")).isEqualByComparingTo(hours(100));
    }

    @Test
    void anAnswerThatNeverComesGivesTheJobBackToTheQueue() {
        String deaf = miner("m-1", 1);
        submit("j-1");
        pass();
        clock.advance(MINUTE.plusSeconds(2));
        beat(deaf).expect(200);
        String key = miner("m-2", 1);
        pass();
        clock.advance(Duration.ofSeconds(3));
        pass();
        JsonNode job = job("j-1");
        assertThat(job.path("attempts").get(0).path("outcome").asText()).isEqualTo("EXPIRED");
        assertThat(job.path("state").asText()).isEqualTo("ASSIGNED");
        assertThat(job.path("attempt").asInt()).isEqualTo(2);
        assertThat(key).isNotEmpty();
    }

    @Test
    void aMinerThatFallsSilentLosesItsJobAndIsPaidUpToItsLastWord() {
        String dying = miner("m-1", 1);
        submit("j-1");
        pass();
        says(dying, "j-1", "started").expect(200);
        clock.advance(MINUTE);
        beat(dying).expect(200);
        clock.advance(Duration.ofMinutes(6));
        String key = miner("m-2", 1);
        pass();
        clock.advance(Duration.ofSeconds(3));
        pass();
        assertThat(used("j-1", "gpu_hours")).isEqualByComparingTo(hours(60));
        JsonNode job = job("j-1");
        assertThat(job.path("attempts").get(0).path("outcome").asText()).isEqualTo("LOST");
        assertThat(given(key).get(0).path("attempt").asInt()).isEqualTo(2);
        says(key, "j-1", "started").expect(200);
        // The dead miner comes back and says that it is done: too late, the other one has it.
        JsonNode heard = says(dying, "j-1", "completed").expect(200);
        assertThat(heard.path("go_on").asBoolean()).isFalse();
        assertThat(state("j-1")).isEqualTo("RUNNING");
        clock.advance(MINUTE);
        says(key, "j-1", "completed").expect(200);
        assertThat(used("j-1", "gpu_hours")).isEqualByComparingTo(hours(60).add(hours(60)));
    }

    @Test
    void aMinerThatWasThoughtLostAndIsDoneBeforeAnybodyElseBeganIsBelieved() {
        String key = miner("m-1", 1);
        submit("j-1");
        pass();
        says(key, "j-1", "started").expect(200);
        Instant started = clock.instant();
        clock.advance(Duration.ofMinutes(7));
        pass();
        assertThat(state("j-1")).isEqualTo("QUEUED");
        says(key, "j-1", "completed", started.plusSeconds(400), ",\"started_at\":\"" + started + "\"")
                .expect(200);
        assertThat(state("j-1")).isEqualTo("COMPLETED");
        assertThat(used("j-1", "gpu_hours")).isEqualByComparingTo(hours(400));
    }

    @Test
    void aJobThatFailsIsTriedAsOftenAsItMay() {
        String key = miner("m-1", 1);
        submit("j-1", ",\"max_attempts\":2");
        for (int attempt = 1; attempt <= 2; attempt++) {
            pass();
            says(key, "j-1", "started").expect(200);
            clock.advance(Duration.ofSeconds(10));
            says(key, "j-1", "failed", clock.instant(), ",\"fail_code\":\"job_error\",\"detail\":\"exit 1\"")
                    .expect(200);
            assertThat(state("j-1")).isEqualTo(attempt == 1 ? "QUEUED" : "FAILED");
        }
        assertThat(job("j-1").path("fail_code").asText()).isEqualTo("job_error");
        assertThat(job("j-1").path("cause").asText()).isEqualTo("job_error: exit 1");
        assertThat(jdbc.sql("SELECT count(*) FROM job_outcomes")
                        .query(Integer.class)
                        .single())
                .as("the job's own fault is no outcome of the miner's")
                .isZero();
    }

    @Test
    void whatTheMinerIsToBlameForCostsTheJobNoAttempt() {
        String key = miner("m-1", 1);
        submit("j-1");
        pass();
        says(key, "j-1", "failed", clock.instant(), ",\"fail_code\":\"miner_error\"")
                .expect(200);
        assertThat(state("j-1")).isEqualTo("QUEUED");
        assertThat(jdbc.sql("SELECT outcome FROM job_outcomes")
                        .query(String.class)
                        .single())
                .isEqualTo("failed");
    }

    @Test
    void aJobThatItsMinerDoesNotNameAnyMoreIsTakenBack() {
        String key = miner("m-1", 1);
        submit("j-1");
        pass();
        says(key, "j-1", "started").expect(200);
        clock.advance(MINUTE.multipliedBy(3));
        names(key, "[{\"job_id\":\"j-1\",\"attempt\":1}]");
        pass();
        assertThat(state("j-1")).isEqualTo("RUNNING");
        names(key, "[]");
        pass();
        clock.advance(Duration.ofSeconds(3));
        pass();
        assertThat(job("j-1").path("attempts").get(0).path("outcome").asText()).isEqualTo("LOST");
        assertThat(job("j-1").path("attempt").asInt()).isEqualTo(2);
    }

    @Test
    void aJobThatRunsForLongerThanItMayIsEndedAndChargedForNoMore() {
        String key = miner("m-1", 1);
        submit("j-1", ",\"max_duration_s\":600");
        pass();
        says(key, "j-1", "started").expect(200);
        for (int i = 0; i < 13; i++) {
            clock.advance(MINUTE);
            names(key, "[{\"job_id\":\"j-1\",\"attempt\":1}]");
            pass();
        }
        assertThat(job("j-1").path("fail_code").asText()).isEqualTo("timeout");
        assertThat(used("j-1", "gpu_hours")).isEqualByComparingTo(hours(720));
        clock.advance(MINUTE);
        names(key, "[{\"job_id\":\"j-1\",\"attempt\":1}]");
        pass();
        assertThat(told(key)).as("who still runs what is over is told to stop").containsExactly("j-1");
    }

    @Test
    void aMinerThatNamesNonsenseHoldsNobodyUp() {
        String hostile = miner("m-1", 1);
        names(hostile, "[{\"job_id\":\"a\\u0000b\",\"attempt\":1},{\"job_id\":7},[],null,{\"attempt\":\"x\"}]");
        submit("j-1");
        assertThat(pass().placed()).isEqualTo(1);
    }

    @Test
    void aMinerThatDoesNotStopLosesTheJobAndIsPaidUntilItWasTold() {
        String key = miner("m-1", 1);
        submit("j-1");
        pass();
        says(key, "j-1", "started").expect(200);
        clock.advance(MINUTE);
        cancel("j-1");
        for (int i = 0; i < 6; i++) {
            clock.advance(MINUTE);
            names(key, "[{\"job_id\":\"j-1\",\"attempt\":1}]");
            pass();
        }
        assertThat(state("j-1")).isEqualTo("CANCELLED");
        assertThat(used("j-1", "gpu_hours")).isEqualByComparingTo(hours(60));
    }

    @Test
    void anEndThatIsToldADayLateChargesNoMoreThanTheJobMayRun() {
        String key = miner("m-1", 1);
        submit("j-1", ",\"max_duration_s\":600");
        pass();
        Instant start = clock.instant();
        clock.advance(Duration.ofHours(20));
        beat(key).expect(200);
        says(key, "j-1", "completed", clock.instant(), ",\"started_at\":\"" + start + "\"")
                .expect(200);
        assertThat(used("j-1", "gpu_hours").subtract(hours(720)).abs()).isLessThan(new BigDecimal("0.0000001"));
    }

    @Test
    void whatCannotBeKeptIsRefusedAndAPoolJobTakesNoFeedback() {
        String key = miner("m-1", 1);
        submit("j-1");
        pass();
        says(key, "j-1", "failed", clock.instant(), ",\"fail_code\":\"" + "x".repeat(65) + "\"")
                .expect(422);
        says(key, "j-1", "completed", clock.instant(), ",\"result\":{\"a\":\"\\u0000\"}")
                .expect(422);
        post("/v1/feedback", OPERATOR, "{\"job_id\":\"j-1\",\"miner_id\":\"m-1\",\"outcome\":\"completed\"}")
                .expect(409);
    }

    @Test
    void aJobThatAMinerGaveBackIsNotTriedThereAgainAtOnce() {
        String bad = miner("m-1", 1);
        String good = miner("m-2", 1);
        submit("j-1");
        pass();
        boolean first = given(bad).size() == 1;
        says(first ? bad : good, "j-1", "failed", clock.instant(), ",\"fail_code\":\"no_runner\"")
                .expect(200);
        assertThat(pass().placed()).as("not at once").isZero();
        clock.advance(Duration.ofSeconds(3));
        pass();
        assertThat(given(first ? good : bad)).as("elsewhere").hasSize(1);
    }

    private void names(String key, String jobs) {
        post("/v1/miners/heartbeat", key, "{\"status\":\"ready\",\"jobs\":" + jobs + "}")
                .expect(200);
    }

    @Test
    void whoWaitsForOrdersHearsThemAtOnceAndHearsNothingWhenTheTimeIsOver() throws Exception {
        String key = miner("m-1", 1);
        commands.refresh();
        assignments.refresh();
        assertThat(get("/v1/miners/orders?wait=1", key).expect(200).path("assignments"))
                .isEmpty();
        get("/v1/miners/orders?wait=31", key).expect(422);
        get("/v1/miners/orders", VIEWER).expect(403);
        CompletableFuture<JsonNode> heard = CompletableFuture.supplyAsync(
                () -> get("/v1/miners/orders?wait=30", key).expect(200));
        for (int i = 0; i < 100 && !orders.isWaiting("m-1"); i++) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        submit("j-1");
        pass();
        orders.look();
        assertThat(heard.get(20, TimeUnit.SECONDS)
                        .path("assignments")
                        .get(0)
                        .path("job_id")
                        .asText())
                .isEqualTo("j-1");
    }

    @Test
    void aHubThatStopsLetsNobodyWait() {
        Orders stopping = new Orders(new AssignmentBook(), commands);
        DeferredResult<Orders.Told> waits = stopping.of("nobody", Duration.ofSeconds(30));
        assertThat(waits.hasResult()).isFalse();
        stopping.close();
        assertThat(waits.hasResult()).isTrue();
        assertThat(stopping.of("nobody", Duration.ofSeconds(30)).hasResult()).isTrue();
    }

    @Test
    void cancellingWorksInEveryState() {
        submit("waits");
        assertThat(cancel("waits").path("state").asText()).isEqualTo("CANCELLED");
        String key = miner("m-1", 2);
        submit("given");
        submit("runs");
        pass();
        assertThat(cancel("given").path("state").asText()).isEqualTo("CANCELLED");
        says(key, "runs", "started").expect(200);
        assertThat(cancel("runs").path("state").asText()).isEqualTo("RUNNING");
        assertThat(told(key)).containsExactly("runs");
        clock.advance(Duration.ofSeconds(20));
        says(key, "runs", "stopped").expect(200);
        assertThat(state("runs")).isEqualTo("CANCELLED");
        assertThat(used("runs", "gpu_hours")).isEqualByComparingTo(hours(20));
        assertThat(used("given", "gpu_hours")).isEqualByComparingTo("0");
        assertThat(says(key, "given", "started").expect(200).path("go_on").asBoolean())
                .as("a miner that starts it all the same is told not to")
                .isFalse();
        submit("done");
        pass();
        says(key, "done", "started").expect(200);
        says(key, "done", "completed").expect(200);
        post("/v1/jobs/done/cancel", OPERATOR, "{\"reason\":\"late\"}").expect(409);
    }

    @Test
    void aJobIsStoppedForAMoreUrgentOneAndGoesOnLaterWithWhatItHasDone() {
        String key = miner("m-1", 1);
        submit("low", ",\"priority\":10,\"preemptible\":true");
        pass();
        says(key, "low", "started").expect(200);
        clock.advance(MINUTE);
        beat(key);
        submit("urgent", ",\"priority\":90");
        assertThat(pass().stopped()).isEqualTo(1);
        assertThat(pass().stopped()).as("asked once").isZero();
        assertThat(told(key)).containsExactly("low");
        submit("thief", ",\"priority\":80");
        clock.advance(Duration.ofSeconds(5));
        says(key, "low", "stopped", clock.instant(), ",\"progress_s\":60").expect(200);
        pass();
        assertThat(state("urgent")).isEqualTo("ASSIGNED");
        assertThat(state("low")).isEqualTo("QUEUED");
        assertThat(job("low").path("cause").asText()).isEqualTo("a job of priority 90 needs its GPUs");
        says(key, "urgent", "started").expect(200);
        says(key, "urgent", "completed").expect(200);
        cancel("thief");
        pass();
        assertThat(given(key).get(0).path("progress_s").asDouble()).isEqualTo(60);
        says(key, "low", "started").expect(200);
        clock.advance(Duration.ofSeconds(30));
        says(key, "low", "completed").expect(200);
        assertThat(used("low", "gpu_hours")).isEqualByComparingTo(hours(65).add(hours(30)));
    }

    @Test
    void theMoreUrgentComesFirstAndOfTheSameUrgencyWhoWaitedLonger() {
        String key = miner("m-1", 1);
        List<String> order = new ArrayList<>();
        for (String job : List.of("usual-1:50", "low:10", "urgent:90", "usual-2:50", "high:70")) {
            String[] named = job.split(":");
            submit(named[0], ",\"priority\":" + named[1]);
            clock.advance(Duration.ofSeconds(1));
        }
        for (int i = 0; i < 5; i++) {
            pass();
            for (JsonNode given : given(key)) {
                String job = given.path("job_id").asText();
                order.add(job);
                says(key, job, "started").expect(200);
                clock.advance(Duration.ofSeconds(1));
                says(key, job, "completed").expect(200);
            }
        }
        assertThat(order).containsExactly("urgent", "high", "usual-1", "usual-2", "low");
    }

    @Test
    void whoIsDrainingSilentOrTooSmallGetsNothing() {
        String draining = miner("m-1", 1);
        post("/v1/miners/heartbeat", draining, "{\"status\":\"draining\"}").expect(200);
        miner("m-2", 1, ",\"region\":\"eu\",\"base_price\":2.5");
        submit("j-us", ",\"requirements\":{\"region\":\"us\"}");
        submit("j-cheap", ",\"requirements\":{\"max_price\":2.4}");
        submit("j-big", ",\"gpu_count\":2");
        submit("j-large", ",\"min_vram_gb\":141");
        assertThat(pass().placed()).isZero();
        submit(
                "j-eu",
                ",\"requirements\":{\"region\":\"eu\",\"max_price\":2.5,\"gpu_name\":\"a100\"},\"min_vram_gb\":80");
        assertThat(pass().placed()).isEqualTo(1);
        assertThat(state("j-eu")).isEqualTo("ASSIGNED");
        clock.advance(Duration.ofSeconds(91));
        submit("j-late");
        assertThat(pass().placed()).as("silent for longer than 90 s").isZero();
    }

    @Test
    void aWrongClockOfTheMinerChangesNoBill() {
        String key = miner("m-1", 1);
        submit("j-1");
        pass();
        Duration off = Duration.ofHours(-5);
        Instant start = clock.instant().plusSeconds(2);
        clock.advance(Duration.ofSeconds(2));
        says(
                        key,
                        "j-1",
                        "started",
                        start.plus(off),
                        ",\"sent_at\":\"" + clock.instant().plus(off) + "\"")
                .expect(200);
        clock.advance(Duration.ofSeconds(333));
        says(
                        key,
                        "j-1",
                        "completed",
                        clock.instant().plus(off),
                        ",\"sent_at\":\"" + clock.instant().plus(off) + "\",\"started_at\":\"" + start.plus(off) + "\"")
                .expect(200);
        assertThat(used("j-1", "gpu_hours")).isEqualByComparingTo(hours(333));
        assertThat(Instant.parse(
                        job("j-1").path("attempts").get(0).path("started_at").asText()))
                .isEqualTo(start);
    }

    @Test
    void longJobsAreBilledByTheHourWhileTheyRunAndToTheSecondInAll() {
        String key = miner("m-1", 3);
        clock.set(NOON.plus(Duration.ofMinutes(50)));
        beat(key).expect(200);
        submit("j-1", ",\"gpu_count\":3,\"max_duration_s\":86400");
        pass();
        says(key, "j-1", "started").expect(200);
        for (int minutes = 0; minutes < 150; minutes++) {
            clock.advance(MINUTE);
            beat(key).expect(200);
            accrual.accrue();
        }
        assertThat(used("j-1", "compute_hours")).isEqualByComparingTo(hours(130 * 60));
        clock.advance(Duration.ofSeconds(7));
        says(key, "j-1", "completed").expect(200);
        accrual.accrue();
        BigDecimal exact = hours(3 * (150 * 60 + 7));
        assertThat(used("j-1", "gpu_hours").subtract(exact).abs()).isLessThan(new BigDecimal("0.0000001"));
        assertThat(jdbc.sql("SELECT count(*) FROM usage_events WHERE resource_type = 'gpu_hours'")
                        .query(Integer.class)
                        .single())
                .as("pieces end at full hours: 10, 60, 60 and 20 minutes")
                .isEqualTo(4);
    }

    @Test
    void anotherMinersJobIsNobodysBusiness() {
        String key = miner("m-1", 1);
        String other = register("m-2", "{\"gpu_count\":1}");
        submit("j-1");
        pass();
        says(other, "j-1", "completed").expect(404);
        assertThat(given(other)).isEmpty();
        says(key, "j-1", "started").expect(200);
        says(key, "j-1", "resumed").expect(400);
    }

    @Test
    void jobsAreListedInPagesAndByTenantStateAndMiner() {
        String key = miner("m-1", 1);
        for (int i = 0; i < 5; i++) {
            clock.advance(Duration.ofSeconds(1));
            submit("j-" + i);
        }
        beat(key).expect(200);
        pass();
        assertThat(get("/v1/jobs?state=QUEUED", VIEWER).expect(200)).hasSize(4);
        assertThat(get("/v1/jobs?miner_id=m-1", VIEWER).expect(200)).hasSize(1);
        assertThat(get("/v1/jobs?tenant_id=t-2", VIEWER).expect(200)).isEmpty();
        Answer page = get("/v1/jobs?limit=3", VIEWER);
        assertThat(page.expect(200).get(0).path("job_id").asText()).isEqualTo("j-4");
        String link = page.response().headers().firstValue("Link").orElseThrow();
        String next = link.substring(link.indexOf("/v1/jobs"), link.indexOf('>'));
        assertThat(get(next, VIEWER).expect(200).findValuesAsText("job_id")).containsExactly("j-1", "j-0");
    }

    private JsonNode cancel(String jobId) {
        return post("/v1/jobs/" + jobId + "/cancel", OPERATOR, "{\"reason\":\"not needed\"}")
                .expect(200);
    }

    private static BigDecimal hours(long seconds) {
        return BigDecimal.valueOf(seconds).divide(BigDecimal.valueOf(3_600), 8, java.math.RoundingMode.DOWN);
    }
}

package io.aitbc.poolhub.console;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.poolhub.job.Passes;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

/** Jobs, matches and capacity on the console. */
class JobPagesTest extends ConsoleScene {

    private static final Pattern NEXT = Pattern.compile("<a href=\"([^\"]+)\" rel=\"next\"");

    @Autowired
    private ApplicationContext hub;

    @Test
    void everyPageIsForOperatorsAndViewersAndForNobodyElse() {
        submit("j-1", "");
        Browser operator = signedIn(OPERATOR);
        Browser viewer = signedIn(VIEWER);
        for (String page : List.of("/console/jobs", "/console/jobs/job?id=j-1", "/console/capacity")) {
            assertThat(operator.get(page).status()).as(page).isEqualTo(200);
            assertThat(viewer.get(page).status()).as(page).isEqualTo(200);
            assertThat(new Browser().get(page).status()).as(page).isEqualTo(303);
            for (String key : List.of(SERVICE, ENROLLMENT)) {
                assertThat(new Browser()
                                .get(page, "Authorization", "Bearer " + key)
                                .status())
                        .as(page)
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void anEmptyPoolSaysWhatToDoNext() {
        Browser browser = signedIn(VIEWER);

        assertThat(browser.get("/console/jobs").expect(200)).contains("No job is here yet", "POST /v1/jobs");
        assertThat(browser.get("/console/jobs?part=queue").expect(200)).contains("Nothing waits");
        assertThat(browser.get("/console/jobs?part=running").expect(200)).contains("Nothing runs");
        assertThat(browser.get("/console/jobs?tenant=t-9").expect(200)).contains("No job fits");
        assertThat(browser.get("/console/jobs/job?id=nothing").expect(404))
                .contains("Neither a job nor a match call of that name is known here");
        assertThat(capacity(browser, "it needs a day of counted hours"))
                .contains("insufficient data", "Not judged yet", "Nobody has configured this", "never been that high");
    }

    @Test
    void partsTenantsMinersAndPagesLeadThroughAllJobs() {
        String key = register("m-1", "{\"gpu_count\":2,\"max_parallel\":2}");
        beat(key);
        for (int i = 0; i < 60; i++) {
            submit("j-%03d".formatted(i), i % 3 == 0 ? ",\"tenant_id\":\"t-2\"" : "");
        }
        Passes.make(hub);
        Browser browser = signedIn(VIEWER);

        for (Map.Entry<String, Integer> filter : Map.of(
                        "",
                        60,
                        "?part=queue",
                        58,
                        "?part=running",
                        2,
                        "?part=history",
                        0,
                        "?tenant=t-2",
                        20,
                        "?miner=m-1",
                        2)
                .entrySet()) {
            Set<String> seen = new HashSet<>();
            String next = "/console/jobs" + filter.getKey();
            for (int pages = 0; next != null && pages < 10; pages++) {
                String page = browser.get(next).expect(200);
                Matcher rows = Pattern.compile(">(j-[0-9]{3})</a>").matcher(page);
                while (rows.find()) {
                    assertThat(seen.add(rows.group(1)))
                            .as("twice: " + rows.group(1))
                            .isTrue();
                }
                Matcher found = NEXT.matcher(page);
                next = found.find() ? found.group(1).replace("&amp;", "&") : null;
            }
            assertThat(seen).as(filter.getKey()).hasSize(filter.getValue());
        }
        assertThat(browser.get("/console/jobs").body()).contains("queue (58)", "running (2)");
    }

    @Test
    void aJobsPageTellsItsLife() {
        String key = register("m-1", "{\"gpu_count\":2,\"max_parallel\":2}");
        beat(key);
        submit("j-1", ",\"gpu_count\":2");
        Passes.make(hub);
        Browser browser = signedIn(VIEWER);
        assertThat(browser.get("/console/jobs/job?id=j-1").expect(200))
                .contains("It was given 2 GPUs of m-1 (attempt 1).", "assigned")
                .doesNotContain("Why it waits");
        clock.advance(Duration.ofSeconds(5));
        says(key, "j-1", "started");
        clock.advance(Duration.ofSeconds(90));
        says(key, "j-1", "completed");

        assertThat(browser.get("/console/jobs/job?id=j-1").expect(200))
                .containsSubsequence(
                        "t-1 submitted it.",
                        "It was given 2 GPUs of m-1 (attempt 1).",
                        "m-1 started it (attempt 1).",
                        "Its attempt 1 ended: completed")
                .contains("It is completed", "the queue places jobs by itself");
    }

    @Test
    void aJobThatWaitsSaysWhatMinersLack() {
        beat(register("m-1", "{\"gpu_count\":1,\"max_parallel\":1,\"gpu_name\":\"NVIDIA A100\"}"));
        beat(register("m-2", "{\"gpu_count\":8,\"max_parallel\":8,\"gpu_name\":\"NVIDIA A100\",\"region\":\"us\"}"));
        beat(register("m-3", "{\"gpu_count\":8,\"max_parallel\":8,\"gpu_name\":\"NVIDIA H100\",\"region\":\"eu\"}"));
        register("m-4");
        submit("j-1", ",\"gpu_count\":4,\"requirements\":{\"gpu_name\":\"A100\",\"region\":\"eu\"}");

        String page = signedIn(VIEWER).get("/console/jobs/job?id=j-1").expect(200);

        assertThat(page).contains("Why it waits", "0 miners could take it now.");
        for (String reason : List.of("too few free GPUs", "other GPUs", "in another region", "offline")) {
            assertThat(page).containsPattern(">" + reason + "</th><td class=\"n\">1</td>");
        }
    }

    @Test
    void aMatchIsShownWithItsReasonsAlsoWhenTheJobRunsElsewhere() {
        beat(register("m-1", "{\"gpu_name\":\"NVIDIA <A100>\",\"base_price\":0.5}"));
        register("m-2");
        for (String job : List.of("j-<b>/1", "j-none")) {
            post(
                            "/v1/match",
                            OPERATOR,
                            "{\"job_id\":\"" + job + "\",\"top_k\":5,\"requirements\":{\"gpu_name\":\""
                                    + (job.equals("j-none") ? "B300" : "a100") + "\"}}")
                    .expect(200);
        }
        Browser browser = signedIn(VIEWER);

        assertThat(browser.get("/console/jobs/job?id=j-%3Cb%3E%2F1").expect(200))
                .contains("it only was asked who could take it", "1 miner offered, 1 not.")
                .contains(
                        "/console/miners/m-1",
                        "Not offered: ",
                        "offline: 1.",
                        "Demanded: gpu name a100; wished: nothing",
                        "j-&lt;b&gt;/1")
                .doesNotContain("<b>/1");
        assertThat(browser.get("/console/jobs/job?id=j-none").expect(200))
                .contains("No miner could take it.", "other GPUs: 1", "offline: 1");
    }

    @Test
    void anOperatorTakesAJobBackAndAViewerDoesNot() {
        submit("j-taken-back", "");
        Browser operator = signedIn(OPERATOR);
        Browser viewer = signedIn(VIEWER);
        String page = "/console/jobs/job?id=j-taken-back";
        assertThat(viewer.get(page).expect(200)).doesNotContain("Cancel the job");
        assertThat(viewer.submit("/", "/console/jobs/cancel", Map.of("id", "j-taken-back", "reason", "x"))
                        .expect(403))
                .contains("needs the role operator");
        assertThat(operator.post("/console/jobs/cancel", Map.of("id", "j-taken-back", "reason", "x"))
                        .status())
                .isEqualTo(403);
        for (String reason : List.of("", " ", "x".repeat(401), "\0")) {
            assertThat(operator.submit(page, "/console/jobs/cancel", Map.of("id", "j-taken-back", "reason", reason))
                            .status())
                    .isEqualTo(422);
        }
        assertThat(get("/v1/jobs/j-taken-back", VIEWER)
                        .expect(200)
                        .path("state")
                        .asText())
                .isEqualTo("QUEUED");

        Shown done =
                operator.submit(page, "/console/jobs/cancel", Map.of("id", "j-taken-back", "reason", "a <mistake>"));

        assertThat(done.header("Location")).endsWith(page + "&done=cancelled");
        assertThat(operator.get(page + "&done=cancelled").expect(200))
                .contains("The job is taken back", "It is cancelled: a &lt;mistake&gt;")
                .doesNotContain("Cancel the job");
        assertThat(jdbc.sql(
                                "SELECT actor FROM audit_log WHERE action = 'job.cancel' AND subject = 'j-taken-back' AND at >= :begun")
                        .param("begun", Timestamp.from(clock.instant().minusSeconds(60)))
                        .query(String.class)
                        .list())
                .containsExactly("operator");
        assertThat(operator.submit("/", "/console/jobs/cancel", Map.of("id", "j-none", "reason", "x"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void hostileParametersAreNoFailuresOfOurs() {
        submit("j-1", "");
        Browser browser = signedIn(OPERATOR);
        for (String path : List.of("/console/jobs", "/console/jobs/job", "/console/capacity")) {
            for (String name : List.of("part", "tenant", "miner", "cursor", "id", "hours", "done")) {
                for (String value :
                        List.of("%00", "x".repeat(5_000), "-1", "1e9", "%ED%A0%80", "AB%1FCD", "QQ", "%3Cscript%3E")) {
                    Shown shown = browser.get(path + "?" + name + "=" + value);
                    assertThat(shown.status())
                            .as(path + " " + name + " " + value)
                            .isLessThan(500);
                    assertThat(shown.body()).doesNotContain("<script>");
                }
            }
        }
        for (String value : List.of("\0", "x".repeat(5_000), "")) {
            assertThat(browser.submit("/", "/console/jobs/cancel", Map.of("id", value, "reason", "x"))
                            .status())
                    .isBetween(400, 499);
        }
    }

    @Test
    void theForecastIsShownWithItsIntervalsAndWhatBecameOfThem() {
        history();
        COORDINATOR.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(404)));
        clock.advance(Duration.ofMinutes(2));
        jdbc.sql("""
                INSERT INTO capacity_alert_episodes (id, pool_id, threshold_pct, opened_at, opened_pct, peak_pct, tell_error)
                VALUES (gen_random_uuid(), 'p', 85, :at, 90, 97, 'no <route>')
                """)
                .param("at", Timestamp.from(clock.instant().minusSeconds(600)))
                .update();

        String page = capacity(signedIn(VIEWER), "Figures of Demand ahead");

        assertThat(page)
                .contains(
                        "this hub",
                        "80 % interval held",
                        "95 % interval held",
                        "below it in 95 of 100 hours",
                        "below it in 80 of 100 hours")
                .contains("capacity now", "Expected to reach", "it lasts", "97 %", "no &lt;route&gt;");
        assertThat(capacity(signedIn(VIEWER), "within 24 hours", "?hours=24")).contains("within 24 hours");
    }

    @Test
    void theCapacityPageWaitsForNoCoordinatorThatHangs() {
        history();
        clock.advance(Duration.ofMinutes(5));
        COORDINATOR.stubFor(
                any(anyUrl()).willReturn(aResponse().withFixedDelay(4_000).withStatus(500)));
        Browser browser = signedIn(VIEWER);
        browser.get("/console/jobs");
        long begun = System.nanoTime();

        String page = browser.get("/console/capacity?hours=168").expect(200);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
        assertThat(page).contains("takes longer than a page waits", "When somebody is told");
    }

    @Test
    void aJobThatNoMinerIsBuiltForSaysSo() {
        beat(register("m-1", "{\"gpu_name\":\"NVIDIA A100\",\"gpu_count\":2,\"max_parallel\":2}"));
        submit("j-never", ",\"gpu_count\":8");
        submit("j-later", ",\"gpu_count\":2,\"requirements\":{\"gpu_name\":\"a100\"}");
        jdbc.sql("UPDATE jobs SET state = 'QUEUED'").update();
        Browser viewer = signedIn(VIEWER);

        assertThat(viewer.get("/console/jobs/job?id=j-never").expect(200))
                .contains("No miner of this pool is built for it");
        clock.advance(Duration.ofHours(1));
        assertThat(signedIn(VIEWER).get("/console/jobs/job?id=j-later").expect(200))
                .contains("1 miner is built for it")
                .doesNotContain("No miner of this pool is built for it");
    }

    @Test
    void anOperatorSaysWhenSomebodyIsToldOfAShortage() {
        Browser operator = signedIn(OPERATOR);
        Browser viewer = signedIn(VIEWER);
        assertThat(viewer.get("/console/capacity").body()).doesNotContain("name=\"threshold\"");
        Map<String, String> wanted = Map.of("threshold", "72.5", "email", "ops@example.org");
        assertThat(viewer.submit("/", "/console/capacity/alerts", wanted).status())
                .isEqualTo(403);
        for (Map<String, String> unusable : List.of(
                Map.of("threshold", "0.5"),
                Map.of("threshold", "101"),
                Map.of("threshold", "NaN"),
                Map.of("threshold", ""),
                Map.of("threshold", "1e400"),
                Map.of("threshold", "80", "email", "not an address"),
                Map.of("threshold", "80", "email", "\0@example.org"))) {
            assertThat(operator.submit("/", "/console/capacity/alerts", unusable)
                            .expect(422))
                    .as(unusable.toString())
                    .contains("must be a number from 1 to 100");
        }
        assertThat(operator.get("/console/capacity").body()).contains("Nobody has configured this");

        Shown changed = operator.submit("/console/capacity", "/console/capacity/alerts", wanted);

        assertThat(changed.header("Location")).endsWith("/console/capacity?done=told");
        assertThat(operator.get("/console/capacity?done=told").body())
                .contains("this holds", "72.5 %", "ops@example.org and those");
        assertThat(get("/sla/capacity/alerts", VIEWER)
                        .expect(200)
                        .path("configuration")
                        .path("threshold_pct")
                        .asDouble())
                .isEqualTo(72.5);
    }

    /** The capacity page once it shows this: it is computed apart. */
    private String capacity(Browser browser, String shown, String... query) {
        String page = "";
        for (int i = 0; i < 60 && !page.contains(shown); i++) {
            clock.advance(Duration.ofSeconds(15));
            page = browser.get("/console/capacity" + String.join("", query)).expect(200);
        }
        assertThat(page).contains(shown);
        return page;
    }

    /** Two weeks of snapshots with a daily rhythm. */
    private void history() {
        StringBuilder past = new StringBuilder();
        for (int hour = 1; hour <= 336; hour++) {
            past.append("{\"id\":\"" + UUID.randomUUID() + "\",\"total_miners\":15,\"active_miners\":9,")
                    .append("\"total_parallel_capacity\":40,\"total_queue_length\":0,\"capacity_utilization_pct\":")
                    .append(50 + 30 * Math.sin(2 * Math.PI * hour / 24) + hour * hour % 11)
                    .append(",\"timestamp\":\"" + clock.instant().minus(Duration.ofHours(hour)) + "\"}\n");
        }
        send("POST", "/v1/import/snapshots", OPERATOR, past.toString(), "Accept", "application/json")
                .expect(200);
    }

    private void submit(String jobId, String more) {
        String tenant = more.contains("tenant_id") ? "" : ",\"tenant_id\":\"t-1\"";
        post("/v1/jobs", OPERATOR, "{\"job_id\":\"" + jobId + "\"" + tenant + ",\"max_duration_s\":3600" + more + "}")
                .expect(201);
    }

    private void says(String key, String jobId, String type) {
        post("/v1/jobs/" + jobId + "/events", key, "{\"type\":\"" + type + "\",\"at\":\"" + clock.instant() + "\"}")
                .expect(200);
    }
}

package io.aitbc.poolhub.console;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Timestamp;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PagesTest extends ConsoleScene {

    private static final Pattern NEXT = Pattern.compile("<a href=\"([^\"]+)\" rel=\"next\"");
    private static final Pattern MINER = Pattern.compile("<a href=\"/console/miners/(m-[0-9]+)\"");

    @Test
    void everyPageIsForOperatorsAndViewersAndForNobodyElse() {
        String miner = register("m-1");
        Browser operator = signedIn(OPERATOR);
        Browser viewer = signedIn(VIEWER);
        for (String page : List.of(
                "/",
                "/console/miners",
                "/console/miners/m-1",
                "/console/miners/m-1/report?month=2026-03",
                "/console/billing",
                "/console/billing/reconciliation")) {
            assertThat(operator.get(page).status()).as(page).isEqualTo(200);
            assertThat(viewer.get(page).status()).as(page).isEqualTo(200);
            assertThat(new Browser().get(page).status()).as(page).isEqualTo(303);
            for (String key : List.of(SERVICE, ENROLLMENT, miner)) {
                assertThat(new Browser()
                                .get(page, "Authorization", "Bearer " + key)
                                .status())
                        .as(page)
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void aViewerSeesNoButtonThatHeMayNotUseAndIsRefusedAllTheSame() {
        register("m-1");
        parkedEvent();
        Browser viewer = signedIn(VIEWER);

        for (String page : List.of("/console/miners/m-1", "/console/billing")) {
            assertThat(viewer.get(page).expect(200))
                    .doesNotContain("Enter maintenance", "Send all parked events again");
        }
        Shown maintenance = viewer.submit(
                "/",
                "/console/miners/m-1/maintenance",
                Map.of("start", "2026-03-01T12:00", "end", "2026-03-01T13:00", "reason", "x"));
        Shown retry = viewer.submit("/", "/console/billing/parked/retry", Map.of("event", "all"));
        assertThat(maintenance.expect(403)).contains("needs the role operator");
        assertThat(retry.status()).isEqualTo(403);
        assertThat(jdbc.sql("SELECT count(*) FROM miner_state_intervals WHERE state = 'MAINTENANCE'")
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void anEmptyPoolSaysWhatToDoNext() {
        Browser browser = signedIn(VIEWER);

        assertThat(browser.get("/").expect(200)).contains("No miners yet", "POOLHUB_ENROLLMENT_TOKEN", "healthy");
        assertThat(browser.get("/console/miners").expect(200)).contains("No miner has registered yet");
        assertThat(browser.get("/console/billing").expect(200))
                .contains("Nothing was used in this time", "The coordinator has refused nothing");
        assertThat(browser.get("/console/miners/nobody").expect(404)).contains("There is no miner nobody here");
    }

    @Test
    void whatMinersSayOfThemselvesIsTextAndNothingElse() {
        register(
                "m-1",
                "{\"gpu_name\":\"<script>alert(1)</script>\",\"region\":\"\\\"><img src=x onerror=alert(2)>\","
                        + "\"addr\":\"javascript:alert(3)\"}");
        Browser browser = signedIn(OPERATOR);

        for (String page : List.of(
                "/",
                "/console/miners",
                "/console/miners/m-1",
                "/console/miners?text=%3Cscript%3Ealert(4)%3C/script%3E",
                "/console/sign-in?next=%22%3E%3Cscript%3Ealert(5)%3C/script%3E")) {
            assertThat(browser.get(page).expect(200)).as(page).doesNotContain("<script>", "<img", "href=\"javascript:");
        }
        assertThat(browser.get("/console/miners").body()).contains("&lt;script&gt;alert(1)&lt;/script&gt;");
    }

    @Test
    void hostileParametersAreNoFailuresOfOurs() {
        register("m-1");
        Browser browser = signedIn(OPERATOR);
        for (String path :
                List.of("/console/miners", "/console/miners/m-1", "/console/billing", "/console/miners/m-1/report")) {
            for (String name : List.of("text", "state", "sort", "down", "cursor", "hours", "month", "format", "done")) {
                for (String value :
                        List.of("%00", "x".repeat(5_000), "-1", "1e9", "%ED%A0%80", "AB%1FCD", "QQ", "null")) {
                    assertThat(browser.get(path + "?" + name + "=" + value).status())
                            .as(path + " " + name + " " + value)
                            .isLessThan(500);
                }
            }
        }
        for (String value : List.of("\0", "x".repeat(5_000), "-999999999-01-01T00:00", "+999999999-12-31T23:59", "")) {
            boolean years = value.contains("999999999");
            for (String name : years ? List.of("start", "end") : List.of("start", "end", "reason")) {
                Map<String, String> fields = new java.util.HashMap<>(
                        Map.of("start", "2026-03-01T12:00", "end", "2026-03-01T13:00", "reason", "why"));
                fields.put(name, value);
                assertThat(browser.submit("/", "/console/miners/m-1/maintenance", fields)
                                .status())
                        .as(name)
                        .isEqualTo(422);
            }
            assertThat(browser.submit("/", "/console/billing/parked/retry", Map.of("event", value))
                            .status())
                    .isBetween(400, 499);
        }
    }

    @Test
    void searchingSortingAndPagingLeadThroughAllMiners() {
        for (int i = 0; i < 120; i++) {
            register("m-%03d".formatted(i), "{\"region\":\"%s\"}".formatted(i % 3 == 0 ? "eu-west" : "us-east"));
        }
        Browser browser = signedIn(VIEWER);

        for (String sort : List.of("miner", "state", "gpu", "region", "heard", "jobs", "price")) {
            for (String down : List.of("", "true")) {
                Set<String> seen = new HashSet<>();
                String next = "/console/miners?text=EU-&sort=" + sort + "&down=" + down;
                int pages = 0;
                while (next != null && pages++ < 10) {
                    String page = browser.get(next).expect(200);
                    Matcher miners = MINER.matcher(page);
                    while (miners.find()) {
                        assertThat(seen.add(miners.group(1)))
                                .as("twice: " + miners.group(1))
                                .isTrue();
                    }
                    Matcher found = NEXT.matcher(page);
                    next = found.find() ? found.group(1).replace("&amp;", "&") : null;
                }
                assertThat(seen).as(sort + down).hasSize(40);
            }
        }
        assertThat(browser.get("/console/miners?sort=miner&down=true").body())
                .contains("aria-sort=\"descending\"", "50 of 120 miners")
                .containsSubsequence("m-119", "m-118");
        assertThat(browser.get("/console/miners?state=up").body()).contains("No miner fits");
        assertThat(browser.get("/console/miners?state=sideways").expect(400)).contains("none of up, degraded, down");
        assertThat(browser.get("/console/miners?cursor=QQ").expect(400)).contains("cursor is not one");
    }

    @Test
    void aMinersPageTellsItsStory() {
        String key = register("m-1", "{\"gpu_name\":\"H100\",\"region\":\"eu\"}");
        beat(key);
        clock.advance(Duration.ofHours(3));
        post("/sla/metrics/collect", OPERATOR, "{}").expect(200);
        clock.advance(Duration.ofMinutes(1));
        Browser browser = signedIn(OPERATOR);

        String page = browser.get("/console/miners/m-1").expect(200);

        assertThat(page)
                .contains(
                        "<h1>m-1</h1>", "H100", "class=\"timeline\"", "Uptime, last 24 hours", "the threshold is 95 %")
                .contains(
                        "uptime was below 95 %; at its worst ", "It has lasted for ", "data-plot=\"{&quot;title&quot;");
        Shown csv = browser.get(
                "/console/miners/m-1/report?month=" + NOON.toString().substring(0, 7) + "&format=csv");
        assertThat(csv.expect(200)).startsWith("# miner_id,m-1\r\n").contains("DOWN,");
        assertThat(csv.header("Content-Disposition")).contains("attachment", "m-1-");
        assertThat(browser.get("/console/miners/m-1/report?month="
                                + NOON.toString().substring(0, 7) + "&format=json")
                        .expect(200))
                .contains("\"inputs_sha256\"");
        assertThat(browser.get("/console/miners/m-1/report?month=march").expect(400))
                .contains("Choose a month");
    }

    @Test
    void anOperatorEntersMaintenanceOnce() {
        String key = register("m-1");
        beat(key);
        Browser browser = signedIn(OPERATOR);
        String start = clock.instant().minusSeconds(60).toString().substring(0, 16);
        // Longer than the test's clock is behind the database's.
        String end = clock.instant().plus(Duration.ofDays(3)).toString().substring(0, 16);

        Shown done = browser.submit(
                "/console/miners/m-1",
                "/console/miners/m-1/maintenance",
                Map.of("start", start, "end", end, "reason", "new <fans>"));

        assertThat(done.status()).isEqualTo(303);
        assertThat(browser.get("/console/miners/m-1?done=maintenance").expect(200))
                .contains("The downtime is entered", "new &lt;fans&gt; (operator)")
                .containsPattern("(?s)<dt>State</dt>.{0,200}maintenance");
        assertThat(browser.get("/console/miners?state=maintenance").body()).contains("1 of 1 miners");
        assertThat(jdbc.sql("SELECT count(*) FROM audit_log WHERE action = 'miner.maintenance' AND at >= :at")
                        .param("at", Timestamp.from(clock.instant()))
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
        assertThat(browser.submit(
                                "/",
                                "/console/miners/m-1/maintenance",
                                Map.of("start", end, "end", start, "reason", "x"))
                        .expect(422))
                .contains("end must be after start");

        String window = jdbc.sql("SELECT id::text FROM miner_state_intervals WHERE state = 'MAINTENANCE'")
                .query(String.class)
                .single();
        assertThat(browser.get("/console/miners/m-1").expect(200)).contains("aria-label=\"End now: new &lt;fans&gt;\"");
        assertThat(browser.submit(
                                "/console/miners/m-1", "/console/miners/m-1/maintenance/withdraw", Map.of("id", window))
                        .status())
                .isEqualTo(303);
        assertThat(browser.get("/console/miners/m-1?done=withdrawn").expect(200))
                .contains("What lay ahead of the downtime is taken back")
                .doesNotContain("End now");
        assertThat(browser.submit("/", "/console/miners/m-1/maintenance/withdraw", Map.of("id", window))
                        .expect(409))
                .contains("what it explains stays so");
    }

    @Test
    void violationsAreFoundFromTheOverview() {
        String key = register("m-1", "{\"gpu_name\":\"H100\"}");
        beat(key);
        clock.advance(Duration.ofHours(3));
        post("/sla/metrics/collect", OPERATOR, "{}").expect(200);
        Browser viewer = signedIn(VIEWER);

        assertThat(viewer.get("/").expect(200)).contains("href=\"/console/violations?severity=critical\"");
        assertThat(viewer.get("/console/violations?severity=critical").expect(200))
                .contains("<a href=\"/console/miners/m-1\">m-1</a>", "uptime", "95 %", "1 violation, the latest first");
        assertThat(viewer.get("/console/violations?severity=high").expect(200))
                .contains("the pool", "capacity availability")
                .doesNotContain("m-1");
        assertThat(viewer.get("/console/violations?state=past").expect(200)).contains("No violation fits");
        assertThat(viewer.get("/console/violations?miner=m-2").expect(200)).contains("No violation is open here");
        assertThat(viewer.get("/console/violations?state=sometimes").expect(400))
                .contains("none of open, past, all");
        assertThat(viewer.get("/console/violations?severity=awful").status()).isEqualTo(400);
        assertThat(viewer.get("/console/violations?cursor=KzEwMDAwMDAwMDAtMTItMzFUMjM6NTk6NTlaH3g")
                        .status())
                .isEqualTo(400);
        assertThat(new Browser().get("/console/violations").status()).isEqualTo(303);
        assertThat(new Browser()
                        .get("/console/violations", "Authorization", "Bearer " + key)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void violationsArePaged() {
        jdbc.sql("""
                INSERT INTO miners (miner_id, api_key_hash, enrollment, registered_at, updated_at)
                SELECT 'm-' || n, encode(sha256(n::text::bytea), 'hex'), 'APPROVED', :at, :at FROM generate_series(1, 120) n
                """).param("at", Timestamp.from(clock.instant())).update();
        jdbc.sql("""
                INSERT INTO sla_violations (id, miner_id, violation_type, severity, metric_value, threshold, created_at, status)
                SELECT gen_random_uuid(), 'm-' || n, 'uptime_pct', 'high', 90, 95, :at, 'OPEN' FROM generate_series(1, 120) n
                """).param("at", Timestamp.from(clock.instant())).update();
        Browser browser = signedIn(VIEWER);
        Set<String> seen = new HashSet<>();
        String next = "/console/violations?severity=high";
        for (int pages = 0; next != null && pages < 10; pages++) {
            String page = browser.get(next).expect(200);
            Matcher rows = MINER.matcher(page);
            while (rows.find()) {
                seen.add(rows.group(1));
            }
            Matcher more = NEXT.matcher(page);
            next = more.find() ? more.group(1).replace("&amp;", "&") : null;
        }
        assertThat(seen).hasSize(120);
    }

    @Test
    void maintenanceEnteredAheadIsShown() {
        register("m-1");
        Browser operator = signedIn(OPERATOR);
        String tomorrow = clock.instant().plus(Duration.ofDays(1)).toString().substring(0, 16);
        String later = clock.instant().plus(Duration.ofDays(2)).toString().substring(0, 16);

        operator.submit(
                "/console/miners/m-1",
                "/console/miners/m-1/maintenance",
                Map.of("start", tomorrow, "end", later, "reason", "new <fans>"));

        for (Browser browser : List.of(operator, signedIn(VIEWER))) {
            assertThat(browser.get("/console/miners/m-1").expect(200))
                    .contains("Agreed downtime", "new &lt;fans&gt;", tomorrow.replace('T', ' '))
                    .doesNotContain("MAINTENANCE");
        }
    }

    @Test
    void parkedEventsAreSentAgainByAnOperator() {
        parkedEvent();
        Browser browser = signedIn(OPERATOR);
        assertThat(browser.get("/console/billing").expect(200)).contains("no such tenant", "gpu_hours", "2.5");

        assertThat(browser.submit("/console/billing", "/console/billing/parked/retry", Map.of())
                        .expect(422))
                .contains("Choose at least one parked event");
        Shown done = browser.submit("/console/billing", "/console/billing/parked/retry", Map.of("event", "all"));

        assertThat(done.header("Location")).endsWith("/console/billing?done=1");
        assertThat(browser.get("/console/billing?done=1").body())
                .contains("1 parked events wait to be sent again", "The coordinator has refused nothing");
    }

    @Test
    void anOperatorSendsWhatWaitsAtOnce() throws InterruptedException {
        jdbc.sql("""
                INSERT INTO usage_events (event_id, tenant_id, resource_type, quantity, occurred_at, next_attempt_at)
                VALUES ('00000000-0000-0000-0000-00000000000a', 't-1', 'gpu_hours', 2.5, :at, 'infinity')
                """)
                .param("at", Timestamp.from(clock.instant().minusSeconds(60)))
                .update();
        COORDINATOR.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503)));
        Browser operator = signedIn(OPERATOR);
        assertThat(signedIn(VIEWER).get("/console/billing").body()).doesNotContain("Send now");
        assertThat(signedIn(VIEWER)
                        .submit("/", "/console/billing/send", Map.of())
                        .status())
                .isEqualTo(403);

        // Tries of the client and its circuit breaker take real time, in which a page may not be.
        await(() -> sends(operator).equals("away"));
        assertThat(operator.get("/console/billing?sent=away").body())
                .contains("Nothing is lost: what waits is sent again by itself", "Send now");
        assertThat(operator.get("/console/billing?sent=late").body()).contains("is not known yet");
        COORDINATOR.resetAll();
        COORDINATOR.stubFor(any(anyUrl())
                .willReturn(
                        okJson("{\"results\": [{\"index\": 0, \"event_id\": \"00000000-0000-0000-0000-00000000000a\","
                                + " \"verdict\": \"ACCEPTED\"}]}")));
        await(() -> {
            sends(operator);
            return jdbc.sql("SELECT state FROM usage_events")
                    .query(String.class)
                    .single()
                    .equals("ACKNOWLEDGED");
        });
        assertThat(operator.get("/console/billing?sent=1").body())
                .contains("1 events were sent")
                .doesNotContain("Send now");
    }

    private static String sends(Browser browser) {
        Shown shown = browser.submit("/", "/console/billing/send", Map.of());
        assertThat(shown.status()).isEqualTo(303);
        return shown.header("Location").replaceAll(".*sent=", "");
    }

    private static void await(BooleanSupplier wanted) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!wanted.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.sleep(200);
        }
    }

    @Test
    void aMonthOfAMinerIsDrawnByItsWorstHours() {
        register("m-1");
        Timestamp now = Timestamp.from(clock.instant());
        jdbc.sql("""
                INSERT INTO sla_current (miner_id, metric_type, metric_value, threshold, is_violation, metric_id, recorded_at)
                VALUES ('m-1', 'uptime_pct', 99, 95, false, gen_random_uuid(), :now)
                """).param("now", now).update();
        jdbc.sql("""
                INSERT INTO sla_metrics_hourly (miner_id, metric_type, hour, minimum, maximum, mean, samples)
                VALUES ('m-1', 'uptime_pct', date_trunc('hour', :now::timestamptz - interval '5 hours'), 41.5, 99, 98, 60)
                """).param("now", now).update();
        Browser browser = signedIn(VIEWER);

        assertThat(browser.get("/console/miners/m-1?hours=720").expect(200))
                .contains("41.5", "99 % at last; the threshold is 95 %");
        assertThat(browser.get("/console/miners/m-1?hours=24").expect(200)).doesNotContain("41.5");
    }

    @Test
    void noPageWaitsForACoordinatorThatHangs() {
        jdbc.sql("""
                INSERT INTO capacity_snapshots (id, total_miners, active_miners, total_parallel_capacity, total_queue_length,
                                                capacity_utilization_pct, timestamp)
                VALUES (gen_random_uuid(), 3, 2, 12, 0, 25, :at)
                """).param("at", Timestamp.from(clock.instant())).update();
        clock.advance(Duration.ofMinutes(30));
        Browser browser = signedIn(VIEWER);
        browser.get("/");
        clock.advance(Duration.ofMinutes(10));
        COORDINATOR.stubFor(
                any(anyUrl()).willReturn(aResponse().withFixedDelay(3_000).withStatus(500)));
        long begun = System.nanoTime();

        String overview = browser.get("/").expect(200);
        String ledgers = browser.get("/console/billing/reconciliation").expect(200);

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
        assertThat(overview)
                .contains(
                        "25 % in use",
                        "Demand, running and waiting",
                        "3 slots",
                        "Forecast: The answer takes longer than a page waits");
        assertThat(ledgers).contains("The answer takes longer than a page waits", "There is no comparison yet");
    }

    @Test
    void aCoordinatorThatIsAwayIsSaidToBe() {
        COORDINATOR.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(503)));
        clock.advance(Duration.ofHours(1));
        Browser browser = signedIn(VIEWER);

        String first = browser.get("/console/billing/reconciliation?hours=720").expect(200);

        assertThat(first)
                .containsAnyOf("The coordinator answered with status 503", "The coordinator has been away", "longer");
        assertThat(first).contains("There is no comparison yet");
    }

    private void parkedEvent() {
        jdbc.sql("""
                INSERT INTO usage_events (event_id, tenant_id, resource_type, quantity, occurred_at, state, attempts, last_error)
                VALUES (gen_random_uuid(), 't-1', 'gpu_hours', 2.5, :at, 'PARKED', 1, 'no such tenant')
                """)
                .param("at", Timestamp.from(clock.instant().minusSeconds(60)))
                .update();
    }
}

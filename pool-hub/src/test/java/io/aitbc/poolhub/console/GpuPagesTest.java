package io.aitbc.poolhub.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.poolhub.gpu.Sweeps;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
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

/** GPUs and their alerts on the console. */
class GpuPagesTest extends ConsoleScene {

    private static final Pattern NEXT = Pattern.compile("<a href=\"([^\"]+)\" rel=\"next\"");
    private static final String HOT = "GPU-c0501e00-0000-0000-0000-000000000001";

    @Autowired
    private ApplicationContext hub;

    @Test
    void everyPageIsForOperatorsAndViewersAndForNobodyElse() {
        String miner = hotGpu();
        Browser operator = signedIn(OPERATOR);
        Browser viewer = signedIn(VIEWER);
        for (String page : List.of("/console/gpus", "/console/gpus/gpu?id=" + HOT, "/console/alerts")) {
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
    void aPoolWithoutGpusSaysWhatToDoNext() {
        Browser browser = signedIn(VIEWER);

        assertThat(browser.get("/console/gpus").expect(200)).contains("No GPU has told of itself yet", "nvidia-smi");
        assertThat(browser.get("/console/gpus?state=quarantined").expect(200)).contains("No GPU fits");
        assertThat(browser.get("/console/alerts").expect(200)).contains("No alert is active here", "past alerts");
        assertThat(browser.get("/console/alerts?state=resolved&severity=critical")
                        .expect(200))
                .contains("No alert fits");
        assertThat(browser.get("/console/gpus/gpu?id=GPU-none").expect(404)).contains("There is no GPU GPU-none here");
        assertThat(browser.get("/console/gpus/gpu").status()).isEqualTo(404);
    }

    @Test
    void filteringAndPagingLeadThroughAllGpus() {
        jdbc.sql("""
                INSERT INTO gpus (gpu_uuid, miner_id, model, first_seen_at, last_sample_at, state, state_since)
                SELECT 'GPU-' || lpad(n::text, 4, '0'), 'm-' || n % 4, CASE WHEN n % 2 = 0 THEN 'NVIDIA H100' ELSE 'NVIDIA A100' END,
                       :at, :at, CASE WHEN n % 10 = 0 THEN 'DRAINING' ELSE 'HEALTHY' END, :at
                FROM generate_series(1, 240) n
                """).param("at", Timestamp.from(clock.instant())).update();
        Browser browser = signedIn(VIEWER);
        for (Map.Entry<String, Integer> filter : Map.of(
                        "",
                        240,
                        "?model=h100",
                        120,
                        "?state=draining",
                        24,
                        "?miner=m-1",
                        60,
                        "?model=a100&miner=m-2",
                        0)
                .entrySet()) {
            Set<String> seen = new HashSet<>();
            String next = "/console/gpus" + filter.getKey();
            for (int pages = 0; next != null && pages < 10; pages++) {
                String page = browser.get(next).expect(200);
                Matcher rows = Pattern.compile(">(GPU-[0-9]{4})</a>").matcher(page);
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
        assertThat(browser.get("/console/gpus?state=sideways").expect(400)).contains("none of healthy, degraded");
    }

    @Test
    void thoseAtTheHighestRiskComeFirst() {
        register("m-1");
        jdbc.sql("""
                INSERT INTO gpus (gpu_uuid, miner_id, first_seen_at, last_sample_at, state_since, failure_risk)
                SELECT 'GPU-' || lpad(n::text, 3, '0'), 'm-1', :at, :at, :at, n % 7 / 10.0 FROM generate_series(1, 120) n
                """).param("at", Timestamp.from(clock.instant())).update();
        Browser browser = signedIn(VIEWER);
        List<String> seen = new ArrayList<>();
        String next = "/console/gpus?order=risk";
        for (int pages = 0; next != null && pages < 10; pages++) {
            String page = browser.get(next).expect(200);
            Matcher rows = Pattern.compile(">(GPU-[0-9]+)</a>").matcher(page);
            while (rows.find()) {
                seen.add(rows.group(1));
            }
            Matcher more = Pattern.compile("<a href=\"([^\"]+)\" rel=\"next\"").matcher(page);
            next = more.find() ? more.group(1).replace("&amp;", "&") : null;
        }
        assertThat(seen).doesNotHaveDuplicates().hasSize(120);
        assertThat(seen.get(0)).isEqualTo("GPU-006");
        assertThat(seen.get(119)).isEqualTo("GPU-119");
        assertThat(browser.get("/console/gpus?order=risk&cursor=" + io.aitbc.service.web.Cursors.encode("x", "y"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aGpusPageShowsWhatItSaidAndWhatTheRulesSayOfIt() {
        hotGpu();
        String page =
                signedIn(VIEWER).get("/console/gpus/gpu?id=" + HOT + "&hours=6").expect(200);

        assertThat(page)
                .contains("<h1>" + HOT + "</h1>", "NVIDIA A100-SXM4-80GB", "href=\"/console/miners/m-1\"")
                .contains("83 °C at last; rules: thermal warning at 80, thermal critical at 85.")
                .contains("410 W at last; rules: power spike at 400, power critical at 450.")
                .contains("72 GiB at last; rules: memory pressure at 72.")
                .contains("12 new (corrected), 0 new (not corrected) at last, over 5 minutes;"
                        + " rules: ecc errors spike at 10, ecc uncorrectable at 1.")
                .contains("data-plot=\"{&quot;title&quot;:&quot;Temperature", "Figures of Memory errors")
                .contains("thermal warning", "Where its signals are going", "Recommendation");
    }

    @Test
    void anOperatorTakesAGpuOutOfUseAndPutsItBack() {
        hotGpu();
        Browser browser = signedIn(OPERATOR);
        String page = "/console/gpus/gpu?id=" + HOT;

        assertThat(browser.submit(page, "/console/gpus/quarantine", Map.of("id", HOT, "reason", " "))
                        .expect(422))
                .contains("Give a reason");
        Shown out = browser.submit(page, "/console/gpus/quarantine", Map.of("id", HOT, "reason", "fan <broken>"));

        assertThat(out.status()).isEqualTo(303);
        assertThat(out.header("Location")).endsWith("/console/gpus/gpu?id=" + HOT + "&done=quarantine");
        assertThat(browser.get(page + "&done=quarantine").expect(200))
                .contains("It is out of use until somebody releases it", "fan &lt;broken&gt; (by an operator)");
        assertThat(get("/v1/gpus/" + HOT, VIEWER).expect(200).path("state").asText())
                .isEqualTo("QUARANTINED");

        Shown back = browser.submit(page, "/console/gpus/release", Map.of("id", HOT, "reason", "new fan"));

        assertThat(back.status()).isEqualTo(303);
        assertThat(browser.get(page).expect(200)).contains("new fan (by an operator)");
        assertThat(audited("gpu.quarantine", HOT)).containsExactly("operator");
        assertThat(audited("gpu.release", HOT)).containsExactly("operator");
        assertThat(browser.submit("/", "/console/gpus/release", Map.of("id", "GPU-none", "reason", "x"))
                        .expect(404))
                .contains("There is no GPU GPU-none here");
    }

    @Test
    void aGpuThatARuleTookOutOfUseIsHeldByAnOperator() {
        hotGpu();
        jdbc.sql("UPDATE gpus SET state = 'QUARANTINED', state_cause = 'too hot', by_operator = false")
                .update();
        Browser browser = signedIn(OPERATOR);
        String page = "/console/gpus/gpu?id=" + HOT;
        assertThat(browser.get(page).expect(200)).contains("Hold it");

        browser.submit(page, "/console/gpus/quarantine", Map.of("id", HOT, "reason", "waits for a fan"));

        assertThat(browser.get(page).expect(200))
                .contains("waits for a fan (by an operator)")
                .doesNotContain("Hold it");
        assertThat(audited("gpu.quarantine", HOT)).containsExactly("operator");
        browser.submit(page, "/console/gpus/quarantine", Map.of("id", HOT, "reason", "again"));
        assertThat(browser.get(page).expect(200)).contains("waits for a fan (by an operator)");
    }

    @Test
    void aGpuThatIsSilentShowsNoTemperature() {
        hotGpu();
        Browser browser = signedIn(VIEWER);
        clock.advance(Duration.ofSeconds(30));
        assertThat(browser.get("/").body()).doesNotContain(": silent,");
        clock.advance(Duration.ofMinutes(6));
        assertThat(browser.get("/").body()).contains("m-1: silent,");
    }

    @Test
    void anAlertIsActiveUntilItIsOverAndIsLookedAfterByWhoSaidSoFirst() {
        String key = hotGpu();
        Browser browser = signedIn(OPERATOR);
        String alert = get("/v1/alerts?state=FIRING", VIEWER)
                .expect(200)
                .path(0)
                .path("alert_id")
                .asText();
        assertThat(browser.get("/console/alerts").expect(200))
                .contains("Acknowledge</button>", "value=\"" + alert + "\"", "/console/gpus/gpu?id=" + HOT);

        Shown done = browser.submit("/console/alerts", "/console/alerts/acknowledge", Map.of("alert", alert));
        browser.submit("/console/alerts", "/console/alerts/acknowledge", Map.of("alert", alert));

        assertThat(done.header("Location")).endsWith("/console/alerts?done=acknowledged");
        assertThat(browser.submit(
                                "/console/alerts",
                                "/console/alerts/acknowledge",
                                Map.of("alert", alert, "back", "/console/alerts?state=FIRING&gpu=" + HOT))
                        .header("Location"))
                .endsWith("/console/alerts?state=FIRING&gpu=" + HOT + "&done=acknowledged");
        assertThat(browser.submit(
                                "/console/alerts",
                                "/console/alerts/acknowledge",
                                Map.of("alert", alert, "back", "//elsewhere.example/console/alerts?a=b"))
                        .header("Location"))
                .endsWith("/console/alerts?done=acknowledged");
        assertThat(browser.get("/console/alerts?done=acknowledged").expect(200))
                .contains("The alert has somebody who looks after it", "by operator")
                .doesNotContain("value=\"" + alert + "\"");
        assertThat(audited("gpu.alert.acknowledge", alert)).containsExactly("operator");
        for (int i = 0; i < 80; i++) {
            says(
                    key,
                    "\"temperature_celsius\":50,\"power_watts\":100,\"memory_used_mb\":100,\"memory_total_mb\":81920,\"ecc_corrected_total\":12");
        }
        assertThat(browser.get("/console/alerts").body()).contains("No alert is active here");
        assertThat(browser.get("/console/alerts?state=resolved&gpu=" + HOT).body())
                .contains("thermal warning", "by operator")
                .doesNotContain("Acknowledge</button>");
        assertThat(browser.submit("/", "/console/alerts/acknowledge", Map.of("alert", "no-uuid"))
                        .status())
                .isEqualTo(400);
        assertThat(browser.submit(
                                "/",
                                "/console/alerts/acknowledge",
                                Map.of("alert", UUID.randomUUID().toString()))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void alertsArePagedTheLatestFirst() {
        jdbc.sql("""
                INSERT INTO gpu_alerts (alert_id, gpu_uuid, miner_id, rule, severity, action, shadow, since, fired_at, last_at, flaps)
                SELECT gen_random_uuid(), 'GPU-' || n, 'm-1', 'THERMAL_WARNING', 'WARNING', 'NOTIFY', false, :at, :at, :at, 0
                FROM generate_series(1, 120) n
                """).param("at", Timestamp.from(clock.instant())).update();
        Browser browser = signedIn(VIEWER);
        Set<String> seen = new HashSet<>();
        String next = "/console/alerts?severity=warning";
        for (int pages = 0; next != null && pages < 10; pages++) {
            String page = browser.get(next).expect(200);
            Matcher rows = Pattern.compile(">(GPU-[0-9]+)</a>").matcher(page);
            while (rows.find()) {
                assertThat(seen.add(rows.group(1))).isTrue();
            }
            Matcher found = NEXT.matcher(page);
            next = found.find() ? found.group(1).replace("&amp;", "&") : null;
        }
        assertThat(seen).hasSize(120);
    }

    @Test
    void aViewerSeesNoButtonAndIsRefusedAllTheSame() {
        hotGpu();
        Browser viewer = signedIn(VIEWER);
        String alert =
                get("/v1/alerts", VIEWER).expect(200).path(0).path("alert_id").asText();

        assertThat(viewer.get("/console/gpus/gpu?id=" + HOT).body()).doesNotContain("action=\"/console/gpus/");
        assertThat(viewer.get("/console/alerts").body()).contains("by nobody").doesNotContain("Acknowledge");
        for (String action : List.of("quarantine", "release")) {
            assertThat(viewer.submit("/", "/console/gpus/" + action, Map.of("id", HOT, "reason", "x"))
                            .expect(403))
                    .contains("needs the role operator");
        }
        assertThat(viewer.submit("/", "/console/alerts/acknowledge", Map.of("alert", alert))
                        .status())
                .isEqualTo(403);
        assertThat(get("/v1/gpus/" + HOT, VIEWER).expect(200).path("state").asText())
                .isNotEqualTo("QUARANTINED");
    }

    @Test
    void anOperatorLetsQuarantinesGoThatTheBreakerHoldsUp() {
        jdbc.sql("""
                INSERT INTO gpu_breaker_trips (group_name, since, allowed, size, held)
                VALUES ('driver <1>', :at, 1, 20, '{GPU-1,GPU-2}')
                """).param("at", Timestamp.from(clock.instant())).update();
        String viewers = signedIn(VIEWER).get("/console/gpus").body();
        assertThat(viewers)
                .contains("Quarantines are held up", "driver &lt;1&gt;")
                .doesNotContain("Let the quarantines go");
        assertThat(signedIn(VIEWER)
                        .submit("/", "/console/gpus/breaker/reset", Map.of())
                        .status())
                .isEqualTo(403);
        Browser operator = signedIn(OPERATOR);

        Shown reset = operator.submit("/console/gpus", "/console/gpus/breaker/reset", Map.of());

        assertThat(reset.header("Location")).endsWith("/console/gpus?done=reset");
        assertThat(operator.get("/console/gpus?done=reset").body())
                .contains("Quarantines are carried out again")
                .doesNotContain("Quarantines are held up");
        assertThat(audited("gpu.breaker.reset", "breaker")).containsExactly("operator");
    }

    @Test
    void aThinnedPlotKeepsTheHighestOfEachLine() {
        List<List<Double>> lines = List.of(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < 9_000; i++) {
            lines.get(0).add(i == 1_001 ? 90.0 : 50.0);
            lines.get(1).add(i == 1_003 ? 105.0 : 70.0);
        }

        int[] kept = GpuPage.thinned(lines, 9_000);

        assertThat(kept).contains(1_001, 1_003, 8_999).isSorted().hasSizeLessThanOrEqualTo(601);
    }

    @Test
    void nothingIsDoneByAFormWithoutItsToken() {
        hotGpu();
        Browser operator = signedIn(OPERATOR);
        String alert =
                get("/v1/alerts", VIEWER).expect(200).path(0).path("alert_id").asText();

        assertThat(operator.post("/console/gpus/quarantine", Map.of("id", HOT, "reason", "x"))
                        .status())
                .isEqualTo(403);
        assertThat(operator.post("/console/gpus/release", Map.of("id", HOT, "reason", "x"))
                        .status())
                .isEqualTo(403);
        assertThat(operator.post("/console/alerts/acknowledge", Map.of("alert", alert))
                        .status())
                .isEqualTo(403);
        assertThat(get("/v1/gpus/" + HOT, VIEWER).expect(200).path("state").asText())
                .isNotEqualTo("QUARANTINED");
    }

    @Test
    void whatGpusSayOfThemselvesIsTextAndNothingElse() {
        String key = register("m-1");
        String name = "GPU-\\\"><img/src=x>&id=2/../%2e?;#'";
        post(
                        "/v1/miners/heartbeat",
                        key,
                        "{\"status\":\"ready\",\"current_jobs\":0,\"gpus\":[{\"uuid\":\"" + name
                                + "\",\"model\":\"<script>alert(1)</script>\",\"driver\":\"<b>\",\"temperature_celsius\":60}]}")
                .expect(200);
        Sweeps.make(hub);
        Browser browser = signedIn(OPERATOR);
        String uuid = name.replace("\\\"", "\"");
        String page = "/console/gpus/gpu?id=" + URLEncoder.encode(uuid, StandardCharsets.UTF_8);

        assertThat(browser.get("/console/gpus").expect(200)).contains(page.replace("'", "&#39;"));
        for (String path : List.of("/", "/console/gpus", "/console/miners/m-1", page)) {
            assertThat(browser.get(path).expect(200)).as(path).doesNotContain("<script>", "<img", "<b>\"");
        }
        assertThat(browser.submit(page, "/console/gpus/quarantine", Map.of("id", uuid, "reason", "x"))
                        .header("Location"))
                .endsWith(page + "&done=quarantine");
        assertThat(browser.get(page).expect(200)).contains("Release");
    }

    @Test
    void hostileParametersAreNoFailuresOfOurs() {
        hotGpu();
        Browser browser = signedIn(OPERATOR);
        List<String> values = List.of("%00", "x".repeat(5_000), "-1", "1e9", "%ED%A0%80", "AB%1FCD", "QQ", "null");
        for (String path : List.of("/console/gpus", "/console/gpus/gpu", "/console/alerts")) {
            for (String name : List.of("state", "model", "miner", "cursor", "id", "hours", "severity", "gpu", "done")) {
                for (String value : values) {
                    assertThat(browser.get(path + "?" + name + "=" + value).status())
                            .as(path + " " + name + " " + value)
                            .isLessThan(500);
                }
            }
        }
        for (String value : List.of("\0", "x".repeat(5_000), "")) {
            assertThat(browser.submit("/", "/console/gpus/quarantine", Map.of("id", HOT, "reason", value))
                            .status())
                    .isEqualTo(422);
            assertThat(browser.submit("/", "/console/gpus/release", Map.of("id", value, "reason", "x"))
                            .status())
                    .isBetween(400, 499);
            assertThat(browser.submit("/", "/console/alerts/acknowledge", Map.of("alert", value))
                            .status())
                    .isEqualTo(400);
        }
    }

    /** A GPU that has been too hot, has drawn much, and has corrected some errors; its miner's key. */
    private String hotGpu() {
        String key = register("m-1", "{\"gpu_name\":\"NVIDIA A100\",\"gpu_count\":1,\"max_parallel\":1}");
        for (int i = 0; i <= 12; i++) {
            says(
                    key,
                    "\"temperature_celsius\":83,\"power_watts\":410,\"utilization_percent\":97,\"memory_used_mb\":73728,"
                            + "\"memory_total_mb\":81920,\"ecc_uncorrected_total\":0,\"ecc_corrected_total\":" + i);
        }
        return key;
    }

    private void says(String key, String said) {
        post(
                        "/v1/miners/heartbeat",
                        key,
                        "{\"status\":\"ready\",\"current_jobs\":0,\"gpus\":[{\"uuid\":\"" + HOT
                                + "\",\"model\":\"NVIDIA A100-SXM4-80GB\",\"driver\":\"595.80\"," + said + "}]}")
                .expect(200);
        Sweeps.make(hub);
        clock.advance(Duration.ofSeconds(10));
    }

    private List<String> audited(String action, String subject) {
        return jdbc.sql("SELECT actor FROM audit_log WHERE action = :action AND subject = :subject AND id > :last")
                .param("action", action)
                .param("subject", subject)
                .param("last", lastAudit)
                .query(String.class)
                .list();
    }
}

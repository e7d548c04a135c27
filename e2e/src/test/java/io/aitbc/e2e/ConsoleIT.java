package io.aitbc.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The console in a real browser, in front of the simulated fleet. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {

    private static final String HOT = "GPU-hot-0000-0000-0000-000000000001";
    private static final int DESKTOP = 1280;
    private static final int PHONE = 390;
    private static final Path PICTURES = Path.of("target", "console");
    private static final Path DOCS = Path.of("..", "docs", "images");

    @TempDir
    static Path folder;

    private Services services;
    private AgentProcess fleet;
    private Browser browser;

    @BeforeAll
    void start() throws IOException {
        Browser.program();
        services = new Services(folder, Map.of("CAPACITY_SNAPSHOT_INTERVAL_SECONDS", "5")).start();
        fleet = new AgentProcess(
                        folder.resolve("fleet"),
                        services.hub.url(),
                        services.key("POOLHUB_ENROLLMENT_TOKEN"),
                        services.key("POOLHUB_OPERATOR_KEY"),
                        "--simulate",
                        "8",
                        "--coordinator",
                        services.coordinator.url(),
                        "--coordinator-operator-key",
                        services.key("COORDINATOR_OPERATOR_KEY"),
                        "--ready-file",
                        folder.resolve("ready").toString())
                .start();
        browser = Browser.at(services.hub.url());
        Files.createDirectories(PICTURES);
        until(120, () -> Files.exists(folder.resolve("ready")));
        bringAGpuThatGetsHotter();
        Api operator = services.hubAs("POOLHUB_OPERATOR_KEY");
        operator.post("/v1/jobs", "{\"job_id\":\"train-large\",\"tenant_id\":\"t-1\",\"gpu_count\":64,\"priority\":80}")
                .expect(201);
        operator.post(
                        "/v1/match",
                        "{\"job_id\":\"train-large\",\"top_k\":3,\"requirements\":{\"min_vram_gb\":40,\"gpu_count\":1}}")
                .expect(200);
        operator.post(
                        "/sla/billing/usage/record",
                        "{\"tenant_id\":\"nobody\",\"resource_type\":\"gpu_hours\",\"quantity\":1.5}")
                .expect(202);
        operator.post("/sla/metrics/collect", "{}").expect(200);
        Api viewer = services.hubAs("POOLHUB_VIEWER_KEY");
        until(60, () -> !viewer.get("/v1/alerts?gpu=" + HOT).expect(200).isEmpty());
        until(60, () -> !viewer.get("/sla/billing/usage/parked").expect(200).isEmpty());
    }

    /** Half an hour of a GPU whose cooling fails, told at once, so that nobody has to wait for it. */
    private void bringAGpuThatGetsHotter() {
        new Api(services.hub.url(), services.key("POOLHUB_ENROLLMENT_TOKEN"))
                .post("/v1/miners/register", "{\"miner_id\":\"m-hot\",\"api_key\":\"key-of-the-hot-miner\"}")
                .expect(201);
        Api miner = new Api(services.hub.url(), "key-of-the-hot-miner");
        Instant now = Instant.now();
        StringBuilder gpus = new StringBuilder();
        for (int second = 1_800; second >= 0; second -= 30) {
            double grown = (1_800 - second) / 1_800.0;
            gpus.append(gpus.isEmpty() ? "" : ",")
                    .append("{\"uuid\":\"" + HOT + "\",\"model\":\"NVIDIA A100-SXM4-80GB\",\"driver\":\"595.80\",")
                    .append("\"power_watts\":" + (300 + 40 * Math.sin(second / 90.0)) + ",\"utilization_percent\":96,")
                    .append("\"memory_used_mb\":61440,\"memory_total_mb\":81920,\"ecc_uncorrected_total\":0,")
                    .append("\"ecc_corrected_total\":" + (second < 600 ? 12 : 0) + ",")
                    .append("\"temperature_celsius\":" + (60 + grown * 23) + ",")
                    .append("\"at\":\"" + now.minusSeconds(second) + "\"}");
        }
        miner.post("/v1/miners/telemetry", "{\"gpus\":[" + gpus + "]}").expect(202);
        miner.post("/v1/miners/heartbeat", "{\"status\":\"ready\",\"current_jobs\":0}")
                .expect(200);
    }

    @AfterAll
    void stop() {
        if (browser != null) {
            browser.close();
        }
        if (fleet != null) {
            fleet.close();
        }
        if (services != null) {
            services.close();
        }
    }

    @AfterEach
    void nothingWasComplainedAboutAndNobodyElseWasAsked() {
        assertThat(browser.complaints()).isEmpty();
    }

    /** First: its pictures show the fleet as it is, and something to be done. */
    @Test
    @Order(1)
    void everyPageIsUsableOnDesktopAndPhoneInLightAndDark() throws IOException {
        Page page = browser.person(true);
        page.navigate("/console/sign-in");
        look(page, "sign-in");
        Browser.signIn(page, services.key("POOLHUB_OPERATOR_KEY"));
        for (Map.Entry<String, String> place : places().entrySet()) {
            page.navigate(place.getValue());
            assertThat(page.locator("h1")).isVisible();
            if (page.locator("canvas[data-plot]").count() > 0) {
                // Drawn by the script, and the figures stand below.
                page.locator(".plot.drawn").first().waitFor();
            }
            look(page, place.getKey());
        }
    }

    private Map<String, String> places() {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("overview", "/");
        places.put("miners", "/console/miners");
        places.put("violations", "/console/violations?state=all");
        places.put("miner", "/console/miners/sim-0001?hours=168");
        places.put("gpus", "/console/gpus");
        places.put("gpu", "/console/gpus/gpu?id=" + HOT);
        places.put("alerts", "/console/alerts?state=all");
        places.put("jobs", "/console/jobs");
        places.put("job", "/console/jobs/job?id=train-large");
        places.put("capacity", "/console/capacity");
        places.put("billing", "/console/billing?hours=720");
        places.put("reconciliation", "/console/billing/reconciliation?hours=168");
        places.put("error", "/console/miners?text=no-such-miner");
        return places;
    }

    private static void look(Page page, String name) throws IOException {
        for (int width : new int[] {DESKTOP, PHONE}) {
            for (ColorScheme scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
                String what = name + "-" + (width == PHONE ? "phone" : "desktop") + "-"
                        + scheme.name().toLowerCase(java.util.Locale.ROOT);
                Browser.looks(page, width, scheme);
                page.screenshot(new Page.ScreenshotOptions()
                        .setPath(PICTURES.resolve(what + ".png"))
                        .setFullPage(true));
                Browser.isUsable(page, what);
                Browser.fitsItsWidth(page, what);
                boolean wanted =
                        width == DESKTOP && scheme == ColorScheme.LIGHT && !name.matches("sign-in|error|reconciliation")
                                || width == PHONE && scheme == ColorScheme.DARK && name.matches("overview|gpu");
                if (Boolean.getBoolean("console.pictures") && wanted) {
                    Files.createDirectories(DOCS);
                    Path picture = DOCS.resolve("console-" + name + (width == PHONE ? "-phone" : "") + ".png");
                    page.setViewportSize(width, width == PHONE ? 844 : name.equals("overview") ? 1_150 : 640);
                    page.screenshot(new Page.ScreenshotOptions().setPath(picture));
                    assertThat(Files.size(picture)).as(picture.toString()).isLessThan(150_000);
                }
            }
        }
    }

    @Test
    void anOperatorDoesWhatThePagesOffer() {
        Page page = browser.signedIn(services.key("POOLHUB_OPERATOR_KEY"));

        page.navigate("/console/miners/sim-0002");
        page.getByLabel("Reason").fill("new fans");
        page.getByText("Enter maintenance").click();
        assertThat(page.locator(".note.good")).containsText("The downtime is entered");

        page.navigate("/console/gpus?state=healthy&miner=sim-0003");
        page.locator("tbody a").first().click();
        page.getByLabel("Reason").fill("rattles");
        page.locator("button.danger").click();
        assertThat(page.locator(".note.good")).containsText("out of use");
        assertThat(page.locator("main .badge").first()).containsText("quarantined");
        page.getByLabel("Reason").fill("does not rattle");
        page.locator("main form button").click();
        assertThat(page.locator(".note.good")).containsText("It may work again");
        assertThat(page.locator("main .badge").first()).containsText("healthy");

        page.navigate("/console/alerts?gpu=" + HOT);
        page.getByText("Acknowledge").first().click();
        assertThat(page.locator(".note.good")).containsText("somebody who looks after it");

        page.navigate("/console/jobs");
        page.getByLabel("A job's name").fill("train-large");
        page.getByText("Open").click();
        assertThat(page.locator("#waits-head")).isVisible();
        page.getByLabel("Reason").fill("too large");
        page.getByText("Cancel the job").click();
        assertThat(page.locator(".note.good")).containsText("The job is taken back");
        assertThat(page.locator("main .badge").first()).containsText("cancelled");

        page.navigate("/console/billing");
        page.getByText("Send all parked events again").click();
        assertThat(page.locator(".note.good")).containsText("wait to be sent again");
        page.getByText("Compare the last week").click();
        assertThat(page.locator("h1")).isVisible();

        page.navigate("/");
        page.getByText("Open critical violations").click();
        assertThat(page.locator("h1")).hasText("Violations");

        page.navigate("/console/capacity");
        page.getByLabel("Threshold, %").fill("72.5");
        page.locator("form[action='/console/capacity/alerts'] button").click();
        assertThat(page.locator(".note.good")).containsText("this holds");
        assertThat(page.locator("main")).containsText("72.5 %");

        page.getByText("Sign out").click();
        assertThat(page).hasURL(Pattern.compile(".*/console/sign-in$"));
        JsonNode audit = services.hubAs("POOLHUB_OPERATOR_KEY")
                .get("/v1/audit?limit=100")
                .expect(200);
        assertThat(audit.findValuesAsText("action"))
                .contains(
                        "miner.maintenance",
                        "gpu.quarantine",
                        "gpu.release",
                        "gpu.alert.acknowledge",
                        "job.cancel",
                        "capacity.alerts",
                        "console.sign-in",
                        "console.sign-out");
    }

    @Test
    void aViewerSeesEverythingAndNoButtonThatChangesAnything() {
        Page page = browser.signedIn(services.key("POOLHUB_VIEWER_KEY"));
        for (String place : places().values()) {
            page.navigate(place);
            assertThat(page.locator("main form[method=post] button")).hasCount(0);
        }
    }

    @Test
    void theOverviewKeepsItselfUpToDate() {
        Page page = browser.signedIn(services.key("POOLHUB_VIEWER_KEY"));
        assertThat(page.locator("#live-said")).containsText("Up to date as of");
        String first = page.locator("#live-said").innerText();
        page.waitForFunction("before => document.getElementById('live-said').innerText !== before", first);
    }

    @Test
    void whoIsSignedOutElsewhereIsAskedToSignInAgainAndThenGoesOn() {
        Page page = browser.signedIn(services.key("POOLHUB_VIEWER_KEY"));
        Page other = page.context().newPage();
        other.navigate("/console/miners");
        page.navigate("/");
        assertThat(page.locator("#live-said")).containsText("Up to date as of");
        other.getByText("Sign out").click();
        assertThat(other).hasURL(Pattern.compile(".*/console/sign-in$"));

        // The open page notices by itself, and a click on another leads to signing in and then there.
        assertThat(page).hasURL(Pattern.compile(".*/console/sign-in\\?next=%2F$"));
        page.navigate("/console/jobs?part=queue");
        page.getByLabel("Key of an operator or a viewer").fill(services.key("POOLHUB_VIEWER_KEY"));
        page.locator("main button").click();
        assertThat(page).hasURL(Pattern.compile(".*/console/jobs\\?part=queue$"));
    }

    @Test
    void theKeyboardAloneLeadsEverywhereAndOneSeesWhere() {
        Page page = browser.signedIn(services.key("POOLHUB_VIEWER_KEY"));
        page.navigate("/console/gpus");
        page.keyboard().press("Tab");
        assertThat(page.locator(".skip")).isFocused();
        assertThat(page.locator(".skip").boundingBox().x).isNotNegative();
        page.keyboard().press("Enter");
        assertThat(page.locator("main")).isFocused();
        page.keyboard().press("Tab");
        assertThat(page.evaluate(
                        "() => { const at = document.activeElement; return document.querySelector('main').contains(at)"
                                + " && getComputedStyle(at).outlineStyle === 'solid'; }"))
                .isEqualTo(true);
    }

    @Test
    void everythingCanBeReadAndDoneWithoutScripts() {
        Page page = Browser.signIn(browser.person(false), services.key("POOLHUB_OPERATOR_KEY"));
        for (String place : places().values()) {
            page.navigate(place);
            assertThat(page.locator("h1")).isVisible();
        }
        page.navigate("/console/gpus/gpu?id=" + URLEncoder.encode(HOT, StandardCharsets.UTF_8));
        page.locator(".plot summary").first().click();
        assertThat(page.locator(".plot table").first()).isVisible();
        page.getByLabel("Reason").fill("no scripts");
        page.locator("button.danger").click();
        assertThat(page.locator("main .badge").first()).containsText("quarantined");
    }

    private static void until(int seconds, BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it did not come about within " + seconds + " s");
            }
            ServiceProcess.pause(200);
        }
    }
}

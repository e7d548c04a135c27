package io.aitbc.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.AxeResults;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The machine's own Chromium, which says what went wrong in it. */
final class Browser implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;
    private final String hub;
    /** What the console of a page complained about, and requests that went elsewhere. */
    private final List<String> complaints = new ArrayList<>();

    private Browser(Path program, String hub) {
        this.hub = hub;
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        chromium = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(program)
                        .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
    }

    /** Where Chromium is; the test is skipped where it is not. */
    static Path program() {
        Path program = Stream.of(System.getenv("PATH").split(":"))
                .map(place -> Path.of(place, "chromium"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(Path.of(""));
        assumeTrue(Files.isExecutable(program), "chromium is not installed");
        return program;
    }

    static Browser at(String hub) {
        return new Browser(program(), hub);
    }

    /** A person with a window of his own and no cookies. */
    Page person(boolean withScript) {
        BrowserContext context = chromium.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setBaseURL(hub)
                .setJavaScriptEnabled(withScript)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setViewportSize(1280, 900));
        context.setDefaultTimeout(PATIENCE_MILLIS);
        context.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.type() + ": " + message.text());
            }
        });
        context.onWebError(error -> complaints.add("uncaught: " + error.error()));
        context.onRequest(request -> {
            if (!request.url().startsWith(hub + "/") && !request.url().startsWith("data:")) {
                complaints.add("a request to " + request.url());
            }
        });
        return context.newPage();
    }

    Page signedIn(String key) {
        return signIn(person(true), key);
    }

    static Page signIn(Page page, String key) {
        page.navigate("/console/sign-in");
        page.getByLabel("Key of an operator or a viewer").fill(key);
        page.locator("main button").click();
        page.locator("form.who").waitFor();
        // Whoever goes on before would be in the way of what still loads.
        page.waitForLoadState();
        return page;
    }

    static void looks(Page page, int width, ColorScheme scheme) {
        page.setViewportSize(width, width < 600 ? 844 : 900);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme).setReducedMotion(ReducedMotion.REDUCE));
    }

    /** Fails on what keeps people from using the page: serious or critical by axe's rules. */
    static void isUsable(Page page, String what) {
        AxeResults found = new AxeBuilder(page).setLegacyMode(true).analyze();
        assertThat(found.getPasses()).as("rules that axe looked at on " + what).hasSizeGreaterThan(10);
        assertThat(found.getViolations().stream()
                        .filter(rule -> rule.getImpact().equals("serious")
                                || rule.getImpact().equals("critical"))
                        .map(rule -> rule.getId() + ": "
                                + rule.getNodes().stream()
                                        .map(node -> node.getTarget() + " " + node.getFailureSummary())
                                        .toList()))
                .as(what)
                .isEmpty();
    }

    /** Fails when the page itself, not a table in it, has to be pushed sideways. */
    static void fitsItsWidth(Page page, String what) {
        assertThat(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as(what)
                .isEqualTo(0);
    }

    /** What was complained about since this was asked last. */
    List<String> complaints() {
        List<String> all = List.copyOf(complaints);
        complaints.clear();
        return all;
    }

    @Override
    public void close() {
        playwright.close();
    }
}

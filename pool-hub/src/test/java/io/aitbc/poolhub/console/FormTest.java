package io.aitbc.poolhub.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FormTest extends ConsoleScene {

    @Test
    void aFormWithoutItsTokenIsRefused() {
        Browser browser = signedIn(OPERATOR);

        Shown without = browser.post("/console/sign-out", Map.of());
        Shown wrong = browser.post("/console/sign-out", Map.of("csrf", "0".repeat(64)));
        Shown hostile = browser.post("/console/sign-out", Map.of("csrf", "\0ü".repeat(2_000)));

        assertThat(without.expect(403)).contains("not sent from a page of your present session");
        assertThat(wrong.status()).isEqualTo(403);
        assertThat(hostile.status()).isEqualTo(403);
        assertThat(browser.get("/").status()).isEqualTo(200);
    }

    @Test
    void aTokenOfAnotherSessionIsRefused() {
        String theirs = signedIn(OPERATOR).tokenOn("/");
        Browser mine = signedIn(OPERATOR);

        assertThat(mine.post("/console/sign-out", Map.of("csrf", theirs)).status())
                .isEqualTo(403);
    }

    @Test
    void theSignInFormHasATokenToo() {
        assertThat(new Browser()
                        .post("/console/sign-in", Map.of("key", OPERATOR))
                        .status())
                .isEqualTo(403);
        Browser browser = new Browser();
        browser.get("/console/sign-in");
        assertThat(browser.post("/console/sign-in", Map.of("key", OPERATOR)).status())
                .isEqualTo(403);
    }

    @Test
    void aKeyInsteadOfASessionSendsNoForm() {
        assertThat(new Browser()
                        .post("/console/sign-out", Map.of(), "Authorization", "Bearer " + OPERATOR)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void theApiTakesNoCookie() {
        Browser browser = signedIn(OPERATOR);

        assertThat(browser.get("/v1/miners").status()).isEqualTo(401);
        assertThat(browser.get("/metrics").status()).isEqualTo(401);
        assertThat(browser.get("/actuator/prometheus").status()).isEqualTo(401);
        assertThat(browser.get("/v1/audit").header("Content-Type")).startsWith("application/problem+json");
        assertThat(browser.post("/sla/metrics/collect", Map.of("csrf", browser.tokenOn("/")))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aBrowserLoadsNothingFromElsewhereAndRunsNothingInline() {
        for (String path : new String[] {"/", "/console/sign-in", "/console/miners", "/console/nothing-here"}) {
            Shown shown = signedIn(VIEWER).get(path);
            assertThat(shown.header("Content-Security-Policy"))
                    .as(path)
                    .isEqualTo("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                            + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'");
            assertThat(shown.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(shown.header("X-Frame-Options")).isEqualTo("DENY");
            assertThat(shown.header("Cache-Control")).contains("no-store");
            assertThat(shown.body())
                    .as(path)
                    .doesNotContain("=\"http", "=\"//", "<style", " style=", "onclick", "javascript:")
                    .doesNotContainPattern("<script(?![^>]* src=\"/)");
        }
    }

    @Test
    void stylesAndScriptsAreServedByContentAndForLong() {
        String page = signedIn(VIEWER).get("/").body();
        for (String pattern : new String[] {
            "/console/assets/console-[0-9a-f]+\\.css",
            "/console/assets/console-[0-9a-f]+\\.js",
            "/webjars/chart\\.js/[0-9.]+/dist/[^\"]+\\.js"
        }) {
            var found = java.util.regex.Pattern.compile(pattern).matcher(page);
            assertThat(found.find()).as(pattern).isTrue();
            Shown asset = new Browser().get(found.group());
            assertThat(asset.status()).as(found.group()).isEqualTo(200);
            assertThat(asset.header("Cache-Control")).contains("max-age");
        }
    }

    @Test
    void anErrorIsAPageForPeopleAndAProblemForPrograms() {
        Browser browser = signedIn(VIEWER);

        assertThat(browser.get("/console/nothing-here").expect(404)).contains("There is no such page here", "<nav");
        assertThat(browser.get("/v1/nothing-here").header("Content-Type")).startsWith("application/problem+json");
    }
}

package io.aitbc.poolhub.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.KeyRing;
import io.aitbc.service.web.Problem;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class SignInTest extends ConsoleScene {

    @Autowired
    private Sessions sessions;

    @Autowired
    private KeyRing keys;

    @Autowired
    private AuditLog audit;

    @Test
    void whoErrsTooOftenHasToWaitAndNobodyElse() {
        SignIn three = new SignIn(sessions, keys, audit, new ConsoleSettings(30, 12, 3, 1));
        for (int i = 0; i < 3; i++) {
            assertThat(three.begin("wrong", "10.0.0.1", null)).isEmpty();
        }

        assertThatThrownBy(() -> three.begin(OPERATOR, "10.0.0.1", null))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.status().value()).isEqualTo(429))
                .hasMessageContaining("Too many wrong keys");
        assertThat(three.begin(OPERATOR, "10.0.0.2", null)).isPresent();
    }

    @Test
    void whoIsNotSignedInIsAskedToAndThenSeesThePageHeWanted() {
        Browser browser = new Browser();

        Shown asked = browser.get("/console/miners?state=DOWN");

        assertThat(asked.status()).isEqualTo(303);
        assertThat(asked.header("Location")).endsWith("/console/sign-in?next=%2Fconsole%2Fminers%3Fstate%3DDOWN");
        Shown done = browser.submit(
                "/console/sign-in", "/console/sign-in", Map.of("key", VIEWER, "next", "/console/miners?state=DOWN"));
        assertThat(done.status()).isEqualTo(303);
        assertThat(done.header("Location")).endsWith("/console/miners?state=DOWN");
        assertThat(browser.get("/").expect(200)).contains("Signed in as <b>viewer</b>");
    }

    @Test
    void theCookieIsForThisSiteOnlyAndForNoScript() {
        Browser browser = new Browser();

        String first = browser.get("/console/sign-in").header("Set-Cookie");
        String second = browser.signIn(OPERATOR).header("Set-Cookie");
        String behindTls = new Browser()
                .get("/console/sign-in", "X-Forwarded-Proto", "https")
                .header("Set-Cookie");

        assertThat(first).contains("HttpOnly", "SameSite=Lax", "Path=/").doesNotContain("Secure");
        assertThat(second).contains("HttpOnly", "SameSite=Lax", "Path=/").doesNotContain("Max-Age", "Expires");
        assertThat(behindTls)
                .startsWith("__Host-" + SessionCookie.SIGN_IN + "=")
                .contains("; Secure");
    }

    @Test
    void aSessionThatSomebodyElsePlantedIsNotTheOneAfterSigningIn() {
        Browser victim = new Browser();
        Browser attacker = new Browser();
        String planted = SessionCookie.fresh();
        attacker.setCookie(planted);
        victim.setCookie(planted);

        victim.signIn(OPERATOR);

        assertThat(victim.cookie()).isNotEqualTo(planted);
        assertThat(victim.get("/").status()).isEqualTo(200);
        assertThat(attacker.get("/").status()).isEqualTo(303);
    }

    @Test
    void aLinkFromElsewhereDoesNotSignOut() {
        Browser browser = signedIn(VIEWER);

        // As from a page of another site that frames or posts: without the session's cookie.
        Shown linked = new Browser().get("/console/sign-in");

        assertThat(linked.response().headers().allValues("Set-Cookie"))
                .hasSize(1)
                .noneMatch(line -> line.startsWith(SessionCookie.NAME + "="));
        assertThat(browser.get("/", "Authorization", "Basic YTpi").status()).isEqualTo(200);
    }

    @Test
    void aFormOfASessionThatHasEndedSaysThatNothingWasChanged() {
        register("m-1");
        Browser browser = signedIn(OPERATOR);
        String token = browser.tokenOn("/console/miners/m-1");
        jdbc.sql("TRUNCATE console_sessions").update();

        Shown sent = browser.post(
                "/console/miners/m-1/maintenance",
                Map.of("csrf", token, "reason", "x"),
                "Referer",
                "http://127.0.0.1:" + port + "/console/miners/m-1?hours=168");

        assertThat(sent.status()).isEqualTo(303);
        assertThat(sent.header("Location"))
                .endsWith("/console/sign-in?expired=true&next=%2Fconsole%2Fminers%2Fm-1%3Fhours%3D168");
        assertThat(browser.get("/console/sign-in?expired=true").expect(200))
                .contains("Your session had ended, so nothing was changed");
    }

    @Test
    void mistakesAreCountedByTheBrowsersAddressBehindAProxyOfThisMachine() {
        Browser browser = new Browser();
        String token = browser.tokenOn("/console/sign-in");
        browser.post(
                "/console/sign-in", Map.of("csrf", token, "key", OPERATOR), "X-Forwarded-For", "10.9.9.9, 192.0.2.7");

        assertThat(jdbc.sql("SELECT subject FROM audit_log WHERE action = 'console.sign-in' AND id > :last")
                        .param("last", lastAudit)
                        .query(String.class)
                        .single())
                .isEqualTo("192.0.2.7");
    }

    @Test
    void signingInAgainEndsTheSessionBefore() {
        Browser browser = signedIn(VIEWER);
        Browser copy = new Browser();
        copy.setCookie(String.valueOf(browser.cookie()));
        assertThat(copy.get("/").status()).isEqualTo(200);

        browser.signIn(OPERATOR);

        assertThat(copy.get("/").status()).isEqualTo(303);
    }

    @Test
    void onlyKeysOfOperatorsAndViewersSignIn() {
        String miner = register("m-1");
        for (String key : new String[] {SERVICE, ENROLLMENT, miner, "no-such-key", "", " ", "\0", "x".repeat(5_000)}) {
            Shown refused = new Browser().signIn(key);
            assertThat(refused.expect(401)).contains("not a key of an operator or a viewer");
            assertThat(refused.body()).doesNotContain("name=\"csrf\" value=\"\"");
        }
        assertThat(new Browser().signIn("  " + OPERATOR + " ").status()).isEqualTo(303);
        assertThat(jdbc.sql("SELECT count(*) FROM console_sessions")
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void neitherTheKeyNorTheCookieIsKept() {
        Browser browser = signedIn(OPERATOR);

        String kept = jdbc.sql("SELECT s::text FROM console_sessions s")
                .query(String.class)
                .single();

        assertThat(kept).doesNotContain(OPERATOR, String.valueOf(browser.cookie()));
    }

    @Test
    void aSessionEndsWhenNobodyDoesAnythingForHalfAnHour() {
        Browser browser = signedIn(VIEWER);
        for (int i = 0; i < 3; i++) {
            clock.advance(Duration.ofMinutes(29));
            assertThat(browser.get("/").status()).isEqualTo(200);
        }

        clock.advance(Duration.ofMinutes(30));

        assertThat(browser.get("/").status()).isEqualTo(303);
    }

    @Test
    void aSessionEndsAfterTwelveHoursWhateverIsDone() {
        Browser browser = signedIn(VIEWER);
        for (int i = 0; i < 35; i++) {
            clock.advance(Duration.ofMinutes(20));
            assertThat(browser.get("/").status()).isEqualTo(200);
        }

        clock.advance(Duration.ofMinutes(20));

        assertThat(browser.get("/").status()).isEqualTo(303);
    }

    @Test
    void aSessionEndsWithItsKey() {
        Browser browser = signedIn(OPERATOR);

        // As after a start without that key: no key has this digest any more.
        jdbc.sql("UPDATE console_sessions SET key_hash = repeat('0', 64)").update();

        assertThat(browser.get("/").status()).isEqualTo(303);
    }

    @Test
    void signingOutEndsTheSessionForCopiesOfTheCookieToo() {
        Browser browser = signedIn(OPERATOR);
        Browser copy = new Browser();
        copy.setCookie(String.valueOf(browser.cookie()));

        Shown out = browser.submit("/", "/console/sign-out", Map.of());

        assertThat(out.status()).isEqualTo(303);
        assertThat(browser.cookie()).isNull();
        assertThat(copy.get("/").status()).isEqualTo(303);
    }

    @Test
    void signingInAndOutIsAudited() {
        Browser browser = signedIn(OPERATOR);
        browser.submit("/", "/console/sign-out", Map.of());

        assertThat(jdbc.sql(
                                "SELECT actor || ' ' || action FROM audit_log WHERE action LIKE 'console.%' ORDER BY id DESC LIMIT 2")
                        .query(String.class)
                        .list())
                .containsExactly("operator console.sign-out", "operator console.sign-in");
    }

    @Test
    void nobodyIsLedElsewhere() {
        for (String next : new String[] {
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "/v1/miners",
            "/console/../v1",
            "/\r\nX: y",
            "x".repeat(5_000)
        }) {
            Browser browser = new Browser();
            Shown done = browser.submit("/console/sign-in", "/console/sign-in", Map.of("key", VIEWER, "next", next));
            assertThat(done.status()).as(next).isEqualTo(303);
            assertThat(URI_PATH.apply(done.header("Location"))).as(next).matches("/(console/\\.\\./v1)?");
        }
    }

    private static final java.util.function.Function<String, String> URI_PATH =
            location -> java.net.URI.create(location).getRawPath();
}

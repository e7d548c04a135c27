package io.aitbc.coordinator.notification;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryDecisionTest {

    private static final Instant NOON = Instant.parse("2026-04-22T12:00:00Z");

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204, 299})
    void whatThePeerTookIsSent(int status) {
        assertThat(decide(HookAnswer.outcome(status, null, NOON), 1)).isEqualTo(new DeliveryDecision.Sent());
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 307, 400, 401, 403, 404, 410, 422})
    void whatThePeerWillNeverTakeIsDeadAtOnce(int status) {
        assertThat(decide(HookAnswer.outcome(status, null, NOON), 1))
                .isInstanceOfSatisfying(
                        DeliveryDecision.Dead.class,
                        dead -> assertThat(dead.reason()).startsWith("The peer answered " + status));
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504, 599})
    void whatThePeerCannotTakeNowIsTriedAgain(int status) {
        assertThat(decide(HookAnswer.outcome(status, null, NOON), 1)).isInstanceOf(DeliveryDecision.Again.class);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 15",
        "2, 45",
        "3, 135",
        "4, 405",
        "5, 1215",
        "6, 3645",
        "7, 10935",
        "8, 28800",
        "9, 28800",
        "49, 28800"
    })
    void theWaitGrowsThreefoldUpToEightHours(int attempts, int seconds) {
        assertThat(wait(attempts, 50, 0.5, null)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void theWaitIsSpreadByAQuarterBothWays() {
        assertThat(wait(3, 10, 0, null)).isEqualTo(Duration.ofMillis(101_250));
        assertThat(wait(3, 10, 1, null)).isEqualTo(Duration.ofMillis(168_750));
    }

    @Test
    void tenAttemptsLastForAboutADay() {
        Duration all = Duration.ZERO;
        for (int attempts = 1; attempts < 10; attempts++) {
            all = all.plus(wait(attempts, 10, 0.5, null));
        }
        assertThat(all).isBetween(Duration.ofHours(20), Duration.ofHours(28));
    }

    @Test
    void theLastAttemptEndsIt() {
        assertThat(decide(new Outcome.Failed("The peer answered 500."), 9)).isInstanceOf(DeliveryDecision.Again.class);
        assertThat(decide(new Outcome.Failed("The peer answered 500."), 10))
                .isEqualTo(new DeliveryDecision.Dead("The peer answered 500. Given up after 10 attempts."));
    }

    @Test
    void aPeersWishIsHeardUpToAnHour() {
        assertThat(wait(1, 10, 0.5, Duration.ofSeconds(90))).isEqualTo(Duration.ofSeconds(90));
        assertThat(wait(1, 10, 0.5, Duration.ofDays(400))).isEqualTo(Duration.ofHours(1));
        assertThat(wait(5, 10, 0.5, Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1215));
    }

    @Test
    void anAttemptThatAPeerPutsOffIsNotOneOfTheTen() {
        Outcome busy = HookAnswer.outcome(429, "20", NOON);
        assertThat(decide(busy, 10))
                .isEqualTo(new DeliveryDecision.Again(NOON.plus(Duration.ofHours(8)), "The peer answered 429.", false));
        // Whoever does not say when may mean never.
        assertThat(decide(HookAnswer.outcome(429, null, NOON), 10)).isInstanceOf(DeliveryDecision.Dead.class);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 3000",
        "0.4, 400",
        "' 17 ', 17000",
        "'Wed, 22 Apr 2026 12:00:30 GMT', 30000",
        "'Wed, 22 Apr 2026 11:00:30 GMT', -1",
        "-5, -1",
        "1e9, -1",
        "soon, -1",
        "'', -1",
        "99999999999999999999, -1"
    })
    void retryAfterIsSecondsOrADate(String text, long millis) {
        assertThat(HookAnswer.wish(text, NOON)).isEqualTo(millis < 0 ? null : Duration.ofMillis(millis));
    }

    private static DeliveryDecision decide(Outcome outcome, int attempts) {
        return DeliveryDecision.of(outcome, attempts, 10, NOON, 0.5);
    }

    private static Duration wait(int attempts, int most, double jitter, @Nullable Duration wish) {
        Outcome outcome = new Outcome.Failed("no", wish);
        DeliveryDecision decision = DeliveryDecision.of(outcome, attempts, most, NOON, jitter);
        return Duration.between(NOON, ((DeliveryDecision.Again) decision).at());
    }
}

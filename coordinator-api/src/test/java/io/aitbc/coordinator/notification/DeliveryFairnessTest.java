package io.aitbc.coordinator.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** No peer's trouble is another's, and an outage is over when it is over. */
class DeliveryFairnessTest extends NotificationScene {

    private static final Duration LEASE = Duration.ofMinutes(3);

    /** A queue that cannot be written to for a while. */
    private static final class Failing extends DeliveryQueue {

        private int failures;

        Failing(JdbcClient jdbc, ObjectMapper json, int failures) {
            super(jdbc, json);
            this.failures = failures;
        }

        @Override
        boolean settle(Letter letter, DeliveryDecision decision, Instant now) {
            if (failures-- > 0) {
                throw new QueryTimeoutException("away");
            }
            return super.settle(letter, decision, now);
        }
    }

    @Test
    void aFreeHandGoesToThePeerThatHasLeastOnItsWay() {
        slack("old", "https://localhost:1111/x");
        slack("new", "https://localhost:2222/x");
        for (int i = 0; i < 8; i++) {
            tell("old" + i, "opened", ", \"labels\": {\"to\": \"old\"}");
        }
        clock.advance(Duration.ofHours(1));
        for (int i = 0; i < 2; i++) {
            tell("new" + i, "opened", ", \"labels\": {\"to\": \"new\"}");
        }
        Map<String, Integer> busy = Map.of("https://localhost:1111", 3);
        assertThat(targets(queue.claim(1, 4, busy, true, LEASE, clock.instant())))
                .containsExactly("https://localhost:2222/x");
        assertThat(targets(queue.claim(2, 4, Map.of(), true, LEASE, clock.instant())))
                .containsExactlyInAnyOrder("https://localhost:1111/x", "https://localhost:2222/x");
    }

    @Test
    void aPeerThatHungIsLeftAloneAndThenTriedWithOneMessage() {
        route("all", "{}");
        for (int i = 0; i < DeliverySender.PER_PEER + 2; i++) {
            tell("k" + i, "opened");
        }
        courier.will(Outcome.Failed.silent("The peer did not answer within 20.0 s."));
        DeliverySender sender = sender();
        sender.dispatch();
        int tried = courier.letters().size();
        sender.dispatch();
        assertThat(courier.letters()).hasSize(tried);
        clock.advance(PeerWatch.LONGEST_QUIET);
        sender.dispatch();
        assertThat(courier.letters()).hasSize(tried + 1);
        courier.will(new Outcome.Delivered());
        clock.advance(PeerWatch.LONGEST_QUIET);
        sender.dispatch();
        assertThat(deliveries(DeliveryState.SENT)).hasSize(DeliverySender.PER_PEER + 2);
    }

    @Test
    void whatWasPutOffIsDueOnceThePeerWorksAgain() {
        route("all", "{}");
        tell("k1", "opened");
        courier.will(new Outcome.Failed("The peer answered 503."));
        DeliverySender sender = sender();
        sender.dispatch();
        for (int i = 1; i < PeerWatch.OUTAGE_FAILURES; i++) {
            clock.advance(PeerWatch.OUTAGE);
            sender.dispatch();
        }
        assertThat(courier.letters()).hasSize(PeerWatch.OUTAGE_FAILURES);
        courier.will(new Outcome.Delivered());
        sender.dispatch();
        assertThat(deliveries(DeliveryState.SENT)).isEmpty();
        tell("k2", "opened");
        sender.dispatch();
        assertThat(deliveries(DeliveryState.SENT)).hasSize(2);
    }

    @Test
    void aMessageThatFailsAmongOthersThatDoNotWaitsItsTime() {
        route("all", "{}");
        DeliverySender sender = sender();
        tell("bad", "opened");
        courier.will(new Outcome.Failed("The peer answered 500."));
        sender.dispatch();
        courier.will(new Outcome.Delivered());
        tell("good", "opened");
        sender.dispatch();
        assertThat(deliveries(DeliveryState.SENT)).hasSize(1);
    }

    @Test
    void anAttemptThatThePeerPutsOffIsNotSpent() {
        route("all", "{}");
        tell("k", "opened");
        courier.will(Outcome.Failed.throttled("The peer answered 429.", Duration.ofSeconds(1)));
        sender().dispatch();
        assertThat(courier.letters()).hasSize(1);
        assertThat(deliveries(DeliveryState.PENDING).get(0).path("attempts").asInt())
                .isZero();
    }

    @Test
    void whatBecameOfItIsWrittenDownWhenTheDatabaseIsBack() {
        route("all", "{}");
        tell("k", "opened");
        new DeliverySender(
                        new Failing(jdbc, json, 2),
                        Map.of(Channel.WEBHOOK, courier),
                        Samples.settings("smtp", 25, "", "", "none", "alerts@example.org"),
                        meters,
                        Runnable::run,
                        clock)
                .dispatch();
        assertThat(courier.letters()).hasSize(1);
        assertThat(deliveries(DeliveryState.SENT)).hasSize(1);
    }

    private void slack(String name, String target) {
        put(name, """
                {"channel": "slack", "target": "%s", "matchers": {"labels": {"to": "%s"}}}""".formatted(target, name));
    }

    private static List<String> targets(List<Letter> letters) {
        return letters.stream().map(letter -> String.valueOf(letter.target())).toList();
    }
}

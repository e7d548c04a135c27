package io.aitbc.coordinator.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.RunningCoordinator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;

/** The coordinator with an empty queue, and senders that a test makes itself. */
abstract class NotificationScene extends RunningCoordinator {

    static final String TELL = "/api/notifications";
    static final String ROUTES = "/api/notifications/routes/";
    static final String DELIVERIES = "/api/notifications/deliveries";

    /** A courier that says what the test says, and keeps what it was given. */
    static final class FakeCourier implements Courier {

        private final List<Letter> letters = new ArrayList<>();
        private Outcome outcome = new Outcome.Delivered();

        @Override
        public synchronized Outcome deliver(Letter letter, String target) {
            letters.add(letter);
            return outcome;
        }

        synchronized void will(Outcome next) {
            outcome = next;
        }

        /** The headlines of what it carried, in that order. */
        synchronized List<String> headlines() {
            return letters.stream()
                    .map(letter -> letter.notification().headline())
                    .toList();
        }

        synchronized List<Letter> letters() {
            return List.copyOf(letters);
        }
    }

    @Autowired
    DeliveryQueue queue;

    @Autowired
    DeliveryMeters meters;

    final FakeCourier courier = new FakeCourier();

    @BeforeEach
    void nothingIsThere() {
        jdbc.sql("DELETE FROM notification_deliveries").update();
        jdbc.sql("DELETE FROM notifications").update();
        jdbc.sql("DELETE FROM notification_routes").update();
    }

    /** A replica's sender, with mail, that works in the caller's thread. */
    DeliverySender sender() {
        return sender(courier, Runnable::run);
    }

    DeliverySender sender(Courier each, Executor workers) {
        Map<Channel, Courier> couriers = new EnumMap<>(Channel.class);
        for (Channel channel : Channel.values()) {
            couriers.put(channel, each);
        }
        NotificationSettings settings = Samples.settings("smtp", 25, "", "", "none", "alerts@example.org");
        return new DeliverySender(queue, couriers, settings, meters, workers, clock);
    }

    /** A route to a webhook on this machine that takes everything, unless the matchers say otherwise. */
    void route(String name, String matchers) {
        Answer answer = put(name, """
                {"channel": "webhook", "target": "https://localhost/%s?token=hush", "secret": "a-secret-of-16-or-more",
                 "matchers": %s}""".formatted(name, matchers));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
    }

    Answer put(String name, String body) {
        return send(OPERATOR, "PUT", ROUTES + name, body, "application/json");
    }

    Answer tell(String key, String event) {
        return tell(key, event, "");
    }

    /** The last words are further fields, such as {@code , "email": []}. */
    Answer tell(String key, String event, String further) {
        return post(SERVICE, TELL, """
                {"key": "%s", "event": "%s", "severity": "high", "title": "Pool is full"%s}
                """.formatted(key, event, further));
    }

    JsonNode delivery(UUID id) {
        return get(VIEWER, DELIVERIES + "/" + id).body();
    }

    /** All deliveries, the oldest first. */
    List<JsonNode> deliveries(@Nullable DeliveryState state) {
        List<JsonNode> all = new ArrayList<>();
        get(VIEWER, DELIVERIES + "?limit=1000" + (state == null ? "" : "&state=" + state))
                .body()
                .path("items")
                .forEach(each -> all.add(0, each));
        return all;
    }

    /** What a kill leaves behind: claims whose leases have ended. */
    void leasesEnd() {
        jdbc.sql("UPDATE notification_deliveries SET leased_until = clock_timestamp() - interval '1 second'"
                        + " WHERE lease IS NOT NULL")
                .update();
    }

    List<Letter> claim(int limit) {
        return queue.claim(limit, limit, Map.of(), true, Duration.ofMinutes(2), clock.instant());
    }
}

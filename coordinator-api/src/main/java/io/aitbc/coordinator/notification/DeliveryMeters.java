package io.aitbc.coordinator.notification;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Counts what arrives and what does not; shows what waits. */
@Component
class DeliveryMeters {

    private final Map<Channel, Counter> sent = new EnumMap<>(Channel.class);
    private final Map<Channel, Counter> failed = new EnumMap<>(Channel.class);
    private final Counter unrouted;
    private final Clock clock;
    private volatile DeliveryQueue.Backlog backlog = new DeliveryQueue.Backlog(0, 0, 0, null);

    DeliveryMeters(MeterRegistry registry, Clock clock) {
        this.clock = clock;
        for (Channel channel : Channel.values()) {
            sent.put(
                    channel,
                    Counter.builder("coordinator.notifications.sent")
                            .description("messages that their peers took")
                            .tag("channel", channel.toString())
                            .register(registry));
            failed.put(
                    channel,
                    Counter.builder("coordinator.notifications.failed")
                            .description("attempts to deliver a message that failed")
                            .tag("channel", channel.toString())
                            .register(registry));
        }
        unrouted = Counter.builder("coordinator.notifications.unrouted")
                .description("openings of which nobody was told, for no route matched")
                .register(registry);
        gauge(registry, "pending", "messages that are to be sent", backlog -> backlog.pending());
        gauge(registry, "waiting", "e-mails that wait for NOTIFY_SMTP_HOST", backlog -> backlog.waiting());
        gauge(registry, "dead", "messages that were given up", backlog -> backlog.dead());
        Gauge.builder("coordinator.notifications.oldest.pending.age.seconds", this, DeliveryMeters::oldestAge)
                .description("age of the oldest message that is neither sent nor dead")
                .register(registry);
    }

    void count(Channel channel, DeliveryDecision decision) {
        Counter counter = (decision instanceof DeliveryDecision.Sent ? sent : failed).get(channel);
        if (counter != null) {
            counter.increment();
        }
    }

    void countUnrouted(long openings) {
        unrouted.increment(openings);
    }

    void show(DeliveryQueue.Backlog now) {
        backlog = now;
    }

    private interface Count {
        long of(DeliveryQueue.Backlog backlog);
    }

    private void gauge(MeterRegistry registry, String name, String description, Count count) {
        Gauge.builder("coordinator.notifications." + name, this, meters -> count.of(meters.backlog))
                .description(description)
                .register(registry);
    }

    private static long oldestAge(@Nullable DeliveryMeters meters) {
        if (meters == null || meters.backlog.oldest() == null) {
            return 0;
        }
        return Math.max(
                0,
                Duration.between(meters.backlog.oldest(), meters.clock.instant())
                        .toSeconds());
    }
}

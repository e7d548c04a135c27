package io.aitbc.coordinator.notification;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Plans who is told of what and queues it, a part at a time, within the transaction of whoever asks. */
@Component
class Outbox {

    /**
     * What was queued.
     *
     * @param waitingMails how many of the deliveries are e-mails that wait for settings
     * @param unrouted the openings of which nobody is told
     */
    record Queued(int deliveries, int waitingMails, Set<UUID> unrouted) {}

    /** So much one call queues. Openings that are left over are told when they come again, as alerts do. */
    static final int MOST = 100_000;

    private static final int PART = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private final Routes routes;
    private final DeliveryQueue queue;
    private final NotificationSettings settings;
    private final Clock clock;

    Outbox(Routes routes, DeliveryQueue queue, NotificationSettings settings, Clock clock) {
        this.routes = routes;
        this.queue = queue;
        this.settings = settings;
        this.clock = clock;
    }

    Queued open(List<Notification> openings) {
        List<Route> known = openings.isEmpty() ? List.of() : routes.all();
        Set<UUID> unrouted = new HashSet<>();
        Parts parts = new Parts();
        for (Notification opening : openings) {
            if (parts.deliveries >= MOST) {
                LOG.warn("More than {} messages at once; some alerts are told when they come again", MOST);
                break;
            }
            List<NewDelivery> planned = DeliveryPlan.opening(opening, known);
            parts.add(planned);
            if (planned.isEmpty()) {
                unrouted.add(opening.notificationId());
            }
        }
        return parts.queued(unrouted);
    }

    Queued end(List<DeliveryPlan.Ending> endings) {
        Parts parts = new Parts();
        endings.forEach(ending -> parts.add(DeliveryPlan.resolution(ending)));
        return parts.queued(Set.of());
    }

    /** Queues a message to one route; gives its delivery. */
    UUID tryOut(Route route, UUID notificationId) {
        NewDelivery delivery = DeliveryPlan.to(route, notificationId);
        queue.add(List.of(delivery), settings.hasMail(), clock.instant());
        return delivery.deliveryId();
    }

    private final class Parts {

        private final List<NewDelivery> part = new ArrayList<>();
        private int deliveries;
        private int mails;

        void add(List<NewDelivery> planned) {
            for (NewDelivery delivery : planned) {
                part.add(delivery);
                deliveries++;
                mails += delivery.channel() == Channel.EMAIL ? 1 : 0;
            }
            if (part.size() >= PART) {
                flush();
            }
        }

        Queued queued(Set<UUID> unrouted) {
            flush();
            return new Queued(deliveries, settings.hasMail() ? 0 : mails, unrouted);
        }

        private void flush() {
            queue.add(part, settings.hasMail(), clock.instant());
            part.clear();
        }
    }
}

package io.aitbc.coordinator.notification;

import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Sends by schedule, in every replica at once, and looks at what waits. */
@Component
class DeliverySchedule {

    private static final Logger LOG = LoggerFactory.getLogger(DeliverySchedule.class);

    private final DeliverySender sender;
    private final DeliveryQueue queue;
    private final NotificationSettings settings;
    private final DeliveryMeters meters;
    private final Clock clock;
    private long told;

    DeliverySchedule(
            DeliverySender sender,
            DeliveryQueue queue,
            NotificationSettings settings,
            DeliveryMeters meters,
            Clock clock) {
        this.sender = sender;
        this.queue = queue;
        this.settings = settings;
        this.meters = meters;
        this.clock = clock;
    }

    @Scheduled(fixedDelayString = "PT1S", initialDelayString = "PT3S")
    void send() {
        try {
            sender.dispatch();
        } catch (DataAccessException e) {
            LOG.warn("Notifications wait: the database does not answer: {}", e.toString());
        }
    }

    @Scheduled(fixedDelayString = "PT10S", initialDelayString = "PT2S")
    void look() {
        try {
            queue.heedSettings(settings.hasMail(), clock.instant());
            DeliveryQueue.Backlog backlog = queue.backlog();
            meters.show(backlog);
            if (backlog.waiting() != told && backlog.waiting() > 0) {
                LOG.warn(
                        "{} e-mails wait because NOTIFY_SMTP_HOST is not set; set it and start again to send them",
                        backlog.waiting());
            }
            told = backlog.waiting();
        } catch (DataAccessException e) {
            LOG.warn("The queue of notifications cannot be read: {}", e.toString());
        }
    }
}

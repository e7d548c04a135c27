package io.aitbc.coordinator.notification;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Takes what is told, once, and queues who has to be told of it; both or neither. */
@Service
class NotificationIntake {

    /**
     * What became of a notification.
     *
     * @param deliveries how many messages were queued by this call
     * @param note what else the teller should know
     */
    record Receipt(
            UUID notificationId,
            int deliveries,
            boolean duplicate,
            @Nullable String note) {}

    /**
     * What became of many.
     *
     * @param accepted told for the first time
     * @param withoutOpening resolutions of which no opening is known; they send nothing
     */
    record Tally(
            int accepted,
            int duplicates,
            int withoutOpening,
            int deliveries,
            @Nullable String note) {}

    private record Taken(Set<UUID> added, Set<UUID> withoutOpening, List<NewDelivery> deliveries) {}

    private static final Logger LOG = LoggerFactory.getLogger(NotificationIntake.class);

    private static final String UNOPENED =
            "No opening of this episode is known, so its resolution is kept and nothing is sent.";
    private static final String NO_MAIL =
            "NOTIFY_SMTP_HOST is not set: e-mails (%d) wait until it is set and the service started again.";
    private static final String NOBODY = "No route matches, so nobody is told.";

    private final Notifications notifications;
    private final Routes routes;
    private final DeliveryQueue queue;
    private final NotificationSettings settings;
    private final AuditLog audit;
    private final Clock clock;

    NotificationIntake(
            Notifications notifications,
            Routes routes,
            DeliveryQueue queue,
            NotificationSettings settings,
            AuditLog audit,
            Clock clock) {
        this.notifications = notifications;
        this.routes = routes;
        this.queue = queue;
        this.settings = settings;
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional
    public Receipt accept(Caller caller, Notification told) {
        Taken taken = take(List.of(told));
        if (taken.added().isEmpty()) {
            return new Receipt(notifications.idOf(told), 0, true, "It was told before; nothing is sent again.");
        }
        int deliveries = taken.deliveries().size();
        Receipt receipt = new Receipt(
                told.notificationId(),
                deliveries,
                false,
                !taken.withoutOpening().isEmpty() ? UNOPENED : deliveries == 0 ? NOBODY : note(taken.deliveries()));
        Map<String, Object> after = new LinkedHashMap<>();
        after.put("notification_id", told.notificationId());
        after.put("event", told.event());
        after.put("severity", told.severity());
        after.put("title", told.title());
        after.put("deliveries", deliveries);
        audit.record(caller, "notification.accept", told.key(), null, after);
        return receipt;
    }

    /**
     * Takes all or, when the database fails, none of them.
     *
     * @param subject what the audit log calls them
     * @param left how many the teller says it left out
     */
    @Transactional
    public Tally acceptAll(Caller caller, String subject, List<Notification> told, long left) {
        if (left > 0) {
            LOG.warn("Alertmanager left {} alerts out of a group; raise max_alerts of its webhook_config", left);
        }
        Taken taken = take(told);
        Tally tally = new Tally(
                taken.added().size(),
                told.size() - taken.added().size(),
                taken.withoutOpening().size(),
                taken.deliveries().size(),
                note(taken.deliveries()));
        if (tally.accepted() > 0) {
            audit.record(caller, "notification.alertmanager", subject, null, tally);
        }
        return tally;
    }

    /** Queues a message that tries one route, within the transaction of whoever asks; gives its delivery. */
    @Transactional
    public UUID test(Route route, UUID id) {
        Notification told = new Notification(
                id,
                Source.TEST,
                id.toString(),
                EpisodeEvent.OPENED,
                Severity.INFO,
                "Test of the route " + route.name(),
                "Somebody tries whether messages of this route arrive. There is nothing to do.",
                Map.of(),
                null,
                List.of(),
                clock.instant());
        notifications.add(List.of(told), clock.instant());
        NewDelivery delivery = DeliveryPlan.to(route, id);
        queue.add(List.of(delivery), settings.hasMail(), clock.instant());
        return delivery.deliveryId();
    }

    private Taken take(List<Notification> told) {
        if (told.isEmpty()) {
            return new Taken(Set.of(), Set.of(), List.of());
        }
        Instant now = clock.instant();
        notifications.lock(told);
        Set<UUID> added = notifications.add(told, now);
        List<Notification> fresh = told.stream()
                .filter(each -> added.contains(each.notificationId()))
                .toList();
        List<NewDelivery> deliveries = new ArrayList<>();
        List<Route> known = fresh.isEmpty() ? List.of() : routes.all();
        fresh.stream()
                .filter(each -> each.event() == EpisodeEvent.OPENED)
                .forEach(each -> deliveries.addAll(DeliveryPlan.opening(each, known)));
        queue.add(deliveries, settings.hasMail(), now);
        List<NewDelivery> last = new ArrayList<>();
        Set<UUID> withoutOpening = fresh.stream()
                .filter(each -> each.event() == EpisodeEvent.RESOLVED)
                .map(Notification::notificationId)
                .collect(Collectors.toSet());
        for (DeliveryPlan.Ending ending : endings(fresh)) {
            withoutOpening.remove(ending.notificationId());
            last.addAll(DeliveryPlan.resolution(ending));
        }
        queue.add(last, settings.hasMail(), now);
        deliveries.addAll(last);
        return new Taken(added, withoutOpening, deliveries);
    }

    /** Also those that came before their opening, which is here only now. */
    private List<DeliveryPlan.Ending> endings(List<Notification> fresh) {
        if (fresh.isEmpty()) {
            return List.of();
        }
        return notifications.endings(
                fresh.get(0).source(),
                fresh.stream().map(Notification::key).distinct().toList());
    }

    private @Nullable String note(List<NewDelivery> deliveries) {
        long mails = deliveries.stream()
                .filter(delivery -> delivery.channel() == Channel.EMAIL)
                .count();
        return settings.hasMail() || mails == 0 ? null : NO_MAIL.formatted(mails);
    }
}

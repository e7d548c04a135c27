package io.aitbc.coordinator.notification;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

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

    private record Taken(Set<UUID> added, int withoutOpening, int deliveries, int unrouted, int waitingMails) {}

    /** So many are taken at once. Others wait outside, where they hold no connection. */
    private static final int DOORS = 4;
    /** How long they wait. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Of so many episodes the endings are read at once; each may have been told to a thousand. */
    private static final int ENDINGS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(NotificationIntake.class);

    private static final String UNOPENED =
            "No opening of this episode is known, so its resolution is kept and nothing is sent.";
    private static final String NO_MAIL =
            "NOTIFY_SMTP_HOST is not set: e-mails (%d) wait until it is set and the service started again.";
    private static final String NOBODY = "No route matches, so nobody is told.";
    private static final String NOBODY_OF_SOME =
            "Nobody is told of %d of them, for no route matches; once one does, they are told when they come again.";
    private static final String BEFORE = "It was told before; nothing is sent again.";
    private static final String BEFORE_TO_NOBODY = "It was told before, when no route matched; it is sent now.";

    private final Notifications notifications;
    private final Outbox outbox;
    private final DeliveryMeters meters;
    private final AuditLog audit;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final Semaphore doors = new Semaphore(DOORS);

    NotificationIntake(
            Notifications notifications,
            Outbox outbox,
            DeliveryMeters meters,
            AuditLog audit,
            TransactionTemplate transaction,
            Clock clock) {
        this.notifications = notifications;
        this.outbox = outbox;
        this.meters = meters;
        this.audit = audit;
        this.transaction = transaction;
        this.clock = clock;
    }

    public Receipt accept(Caller caller, Notification told) {
        return admitted(() -> taken(caller, told));
    }

    private Receipt taken(Caller caller, Notification told) {
        Taken taken = take(List.of(told));
        int deliveries = taken.deliveries();
        if (taken.added().isEmpty()) {
            return new Receipt(notifications.idOf(told), deliveries, true, deliveries == 0 ? BEFORE : BEFORE_TO_NOBODY);
        }
        Receipt receipt = new Receipt(
                told.notificationId(),
                deliveries,
                false,
                taken.withoutOpening() > 0 ? UNOPENED : deliveries == 0 ? NOBODY : note(taken));
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
    public Tally acceptAll(Caller caller, String subject, List<Notification> told, long left) {
        if (left > 0) {
            LOG.warn("Alertmanager left {} alerts out of a group; raise max_alerts of its webhook_config", left);
        }
        return admitted(() -> taken(caller, subject, told));
    }

    private Tally taken(Caller caller, String subject, List<Notification> told) {
        Taken taken = take(told);
        Tally tally = new Tally(
                taken.added().size(),
                told.size() - taken.added().size(),
                taken.withoutOpening(),
                taken.deliveries(),
                taken.unrouted() > 0 ? NOBODY_OF_SOME.formatted(taken.unrouted()) : note(taken));
        if (tally.accepted() > 0 || tally.deliveries() > 0) {
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
        return outbox.tryOut(route, id);
    }

    private <T> T admitted(Supplier<T> work) {
        try {
            if (!doors.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw Problem.unavailable(
                        "busy", "Too much is told at once; tell it again in a few seconds.", Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting to be let in", e);
        }
        try {
            return Objects.requireNonNull(transaction.execute(status -> work.get()));
        } finally {
            doors.release();
        }
    }

    private Taken take(List<Notification> given) {
        if (given.isEmpty()) {
            return new Taken(Set.of(), 0, 0, 0, 0);
        }
        Source source = given.get(0).source();
        notifications.lock(given);
        List<Notification> told = source == Source.ALERTMANAGER ? notifications.attached(given) : given;
        Set<UUID> added = notifications.add(told, clock.instant());
        List<Notification> fresh = told.stream()
                .filter(each -> added.contains(each.notificationId()))
                .toList();
        List<Notification> openings = new ArrayList<>(only(EpisodeEvent.OPENED, fresh));
        openings.addAll(untold(source, told, fresh));
        Outbox.Queued begun = outbox.open(openings);
        long missed = begun.unrouted().stream().filter(added::contains).count();
        if (missed > 0) {
            meters.countUnrouted(missed);
            LOG.warn("Nobody is told of {} new episodes, for no route matches", missed);
        }
        int deliveries = begun.deliveries();
        int waitingMails = begun.waitingMails();
        Set<UUID> withoutOpening = only(EpisodeEvent.RESOLVED, fresh).stream()
                .map(Notification::notificationId)
                .collect(Collectors.toSet());
        List<String> keys = fresh.stream().map(Notification::key).distinct().toList();
        for (int from = 0; from < keys.size(); from += ENDINGS) {
            // Also those that came before their opening, which is here only now.
            List<DeliveryPlan.Ending> endings =
                    notifications.endings(source, keys.subList(from, Math.min(keys.size(), from + ENDINGS)));
            endings.forEach(ending -> withoutOpening.remove(ending.notificationId()));
            Outbox.Queued ended = outbox.end(endings);
            deliveries += ended.deliveries();
            waitingMails += ended.waitingMails();
        }
        return new Taken(
                added, withoutOpening.size(), deliveries, begun.unrouted().size(), waitingMails);
    }

    /** Openings that were told before, when no route matched. */
    private List<Notification> untold(Source source, List<Notification> told, List<Notification> fresh) {
        Set<String> news = fresh.stream().map(Notification::key).collect(Collectors.toSet());
        List<Notification> again = only(EpisodeEvent.OPENED, told).stream()
                .filter(each -> !news.contains(each.key()))
                .toList();
        return again.isEmpty() ? List.of() : notifications.untold(source, again);
    }

    private static List<Notification> only(EpisodeEvent event, List<Notification> from) {
        return from.stream().filter(each -> each.event() == event).toList();
    }

    private static @Nullable String note(Taken taken) {
        return taken.waitingMails() == 0 ? null : NO_MAIL.formatted(taken.waitingMails());
    }
}

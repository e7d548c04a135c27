package io.aitbc.coordinator.notification;

import com.github.f4b6a3.uuid.UuidCreator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who is told what: everybody once, however many routes lead to them. */
final class DeliveryPlan {

    /** A resolution whose opening is known, and those who were told of the opening and want to know its end. */
    record Ending(UUID notificationId, List<String> recipients, List<Told> told) {}

    /** Somebody who was told of an opening. */
    record Told(
            UUID deliveryId,
            @Nullable String route,
            Channel channel,
            @Nullable String recipient,
            String peer,
            String address) {}

    private DeliveryPlan() {}

    /**
     * The opening goes to all routes that match, and to its recipients. Where two routes lead to the same place, one that wants to
     * hear of the end goes before one that does not.
     */
    static List<NewDelivery> opening(Notification notification, List<Route> routes) {
        Map<String, NewDelivery> each = new LinkedHashMap<>();
        routes.stream()
                .filter(route -> route.matches(notification))
                .sorted(Comparator.comparing(route -> !route.sendResolved()))
                .forEach(route -> each.putIfAbsent(
                        place(route.channel(), route.target()), to(route, notification.notificationId())));
        for (String recipient : notification.recipients()) {
            each.putIfAbsent(place(Channel.EMAIL, recipient), mail(notification.notificationId(), recipient));
        }
        return List.copyOf(each.values());
    }

    /** The resolution goes to those who were told of the opening, after that, and to its own recipients. */
    static List<NewDelivery> resolution(Ending ending) {
        List<NewDelivery> all = new ArrayList<>();
        Set<String> places = new HashSet<>();
        for (Told told : ending.told()) {
            if (places.add(place(told.channel(), told.address()))) {
                all.add(new NewDelivery(
                        UuidCreator.getTimeOrderedEpochPlus1(),
                        ending.notificationId(),
                        told.route(),
                        told.channel(),
                        told.recipient(),
                        told.peer(),
                        told.deliveryId()));
            }
        }
        for (String recipient : ending.recipients()) {
            if (places.add(place(Channel.EMAIL, recipient))) {
                all.add(mail(ending.notificationId(), recipient));
            }
        }
        return all;
    }

    /** A message to one route, whatever that wants to hear of. */
    static NewDelivery to(Route route, UUID notificationId) {
        return new NewDelivery(
                UuidCreator.getTimeOrderedEpochPlus1(),
                notificationId,
                route.name(),
                route.channel(),
                null,
                route.peer(),
                null);
    }

    private static NewDelivery mail(UUID notificationId, String recipient) {
        return new NewDelivery(
                UuidCreator.getTimeOrderedEpochPlus1(),
                notificationId,
                null,
                Channel.EMAIL,
                recipient,
                Route.peer(Channel.EMAIL, recipient),
                null);
    }

    private static String place(Channel channel, String address) {
        return channel + " " + (channel == Channel.EMAIL ? address.toLowerCase(Locale.ROOT) : address);
    }
}

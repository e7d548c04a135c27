package io.aitbc.coordinator.notification;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Page;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Shows deliveries, and lets dead ones be tried again. */
@Service
class DeliveryDesk {

    private final Deliveries deliveries;
    private final AuditLog audit;
    private final Clock clock;

    DeliveryDesk(Deliveries deliveries, AuditLog audit, Clock clock) {
        this.deliveries = deliveries;
        this.audit = audit;
        this.clock = clock;
    }

    @Transactional(readOnly = true)
    public Page<DeliveryView> list(
            @Nullable DeliveryState state, @Nullable String route, @Nullable String cursor, int limit) {
        List<DeliveryView> found = deliveries.before(cursor == null ? null : place(cursor), state, route, limit + 1);
        return Page.of(found, limit, last -> Cursors.encode(last.deliveryId().toString()));
    }

    @Transactional(readOnly = true)
    public DeliveryView get(UUID id) {
        return deliveries
                .find(id)
                .orElseThrow(() -> Problem.notFound("unknown-delivery", "There is no delivery " + id + "."));
    }

    @Transactional
    public DeliveryView retry(Caller caller, UUID id) {
        DeliveryView before = get(id);
        if (!deliveries.retry(id, clock.instant())) {
            throw Problem.conflict(
                    "not-to-be-retried",
                    "Only a delivery that is dead or put off is tried again; this one is " + get(id).state()
                            + ", or on its way now.");
        }
        DeliveryView after = get(id);
        audit.record(caller, "notification.delivery.retry", id.toString(), before, after);
        return after;
    }

    private static UUID place(String cursor) {
        return Cursors.id(Cursors.decode(cursor, 1).get(0));
    }
}

package io.aitbc.coordinator.notification;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Makes, changes, removes and tries routes. */
@Service
class RouteBook {

    /** A route, and whether it was made just now. */
    record Kept(RouteView route, boolean isNew) {}

    private static final int MOST_ROUTES = 1_000;

    private final Routes routes;
    private final NotificationIntake intake;
    private final HookClient hooks;
    private final AuditLog audit;
    private final TransactionTemplate transaction;
    private final Clock clock;

    RouteBook(
            Routes routes,
            NotificationIntake intake,
            HookClient hooks,
            AuditLog audit,
            TransactionTemplate transaction,
            Clock clock) {
        this.routes = routes;
        this.intake = intake;
        this.hooks = hooks;
        this.audit = audit;
        this.transaction = transaction;
        this.clock = clock;
    }

    List<RouteView> list() {
        return routes.all().stream().map(Route::view).toList();
    }

    RouteView get(String name) {
        return find(name).view();
    }

    Kept put(Caller caller, String name, RouteRequest asked) {
        // Names are looked up here, which may take its time: not inside the transaction.
        requireTarget(asked.channel(), asked.target());
        return required(transaction.execute(status -> {
            routes.lock();
            Route before = routes.find(name).orElse(null);
            if (before == null && routes.all().size() >= MOST_ROUTES) {
                throw Problem.unprocessable(
                        "too-many-routes", "There are " + MOST_ROUTES + " routes already; delete one first.");
            }
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            Route route = new Route(
                    name,
                    asked.channel(),
                    asked.target(),
                    secret(asked, before),
                    asked.sendResolved() == null || asked.sendResolved(),
                    asked.severities(),
                    asked.labels(),
                    asked.tenantId(),
                    before == null ? now : before.createdAt(),
                    now);
            routes.put(route);
            audit.record(caller, "notification.route.put", name, before == null ? null : before.view(), route.view());
            return new Kept(route.view(), before == null);
        }));
    }

    void delete(Caller caller, String name) {
        transaction.executeWithoutResult(status -> {
            routes.lock();
            Route before = find(name);
            routes.delete(name);
            audit.record(caller, "notification.route.delete", name, before.view(), null);
        });
    }

    /** Sends a test message on the way that all others take; gives the id of its delivery. */
    UUID test(Caller caller, String name) {
        return required(transaction.execute(status -> {
            UUID delivery = intake.test(find(name), UuidCreator.getTimeOrderedEpoch());
            audit.record(caller, "notification.route.test", name, null, java.util.Map.of("delivery_id", delivery));
            return delivery;
        }));
    }

    private Route find(String name) {
        return routes.find(name)
                .orElseThrow(() -> Problem.notFound("unknown-route", "There is no such route; list the routes."));
    }

    private void requireTarget(Channel channel, String target) {
        if (channel == Channel.EMAIL) {
            if (!MailAddress.isOne(target)) {
                throw Problem.unprocessable("refused-target", "target " + MailAddress.RULE + ".");
            }
            return;
        }
        try {
            hooks.check(target);
        } catch (TargetRefused e) {
            throw Problem.unprocessable("refused-target", e.sentence());
        }
    }

    private static @Nullable String secret(RouteRequest asked, @Nullable Route before) {
        if (asked.channel() != Channel.WEBHOOK) {
            if (asked.secret() != null) {
                throw Problem.unprocessable(
                        "no-secret-here", "Only a webhook is signed: leave secret out for " + asked.channel() + ".");
            }
            return null;
        }
        if (asked.secret() != null) {
            return asked.secret();
        }
        if (before == null || before.secret() == null) {
            throw Problem.unprocessable(
                    "secret-needed", "A webhook needs a secret of 16 to 256 characters, with which it is signed.");
        }
        return before.secret();
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("a change answers with something");
        }
        return value;
    }
}

package io.aitbc.poolhub.console;

import io.aitbc.poolhub.usage.ParkedEvent;
import io.aitbc.poolhub.usage.Reconciliation;
import io.aitbc.poolhub.usage.UsageBoard;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.view.RedirectView;

/** Usage, whether it has arrived, and what the coordinator refused. */
@Hidden
@Controller
@RequestMapping("/console/billing")
@Allowed({Role.OPERATOR, Role.VIEWER})
class BillingPageController {

    private static final int PAGE = 100;
    private static final int MOST_PARKED = 100;
    private static final List<Integer> SPANS = List.of(24, 168, 720);
    private static final UUID FIRST = new UUID(0, 0);
    private static final int MOST_TOTALS = 20_000;
    private static final Duration TOTALS_GOOD = Duration.ofSeconds(5);
    private static final String LATE =
            "Whether they were sent is not known yet: look below in a moment whether they still"
                    + " wait. What waits is sent again by itself.";
    private static final String NUMBER = "[0-9]{1,9}";

    private final UsageBoard usage;
    private final LedgerComparison ledgers;
    private final LateAnswer<UsageBoard.Sent> sending;
    private final Map<Integer, LateAnswer<List<UsageBoard.Total>>> totals = new ConcurrentHashMap<>();
    private final PageModel pages;
    private final Executor executor;
    private final Clock clock;

    BillingPageController(
            UsageBoard usage,
            LedgerComparison ledgers,
            PageModel pages,
            @Qualifier("consoleExecutor") Executor executor,
            Clock clock) {
        this.usage = usage;
        this.ledgers = ledgers;
        this.sending = new LateAnswer<>(executor, clock, Duration.ZERO);
        this.pages = pages;
        this.executor = executor;
        this.clock = clock;
    }

    @GetMapping
    String billing(
            @RequestParam(defaultValue = "24") String hours,
            @RequestParam(defaultValue = "") String cursor,
            @RequestParam(defaultValue = "") String done,
            @RequestParam(defaultValue = "") String sent,
            Model model) {
        int back = span(hours);
        LateAnswer.Known<List<UsageBoard.Total>> known = totals(back);
        List<UsageBoard.Total> all = known.value() == null ? List.of() : known.value();
        int from = Math.min(place(cursor), all.size());
        int to = Math.min(from + PAGE, all.size());
        List<UsageBoard.Total> totals = all.subList(from, to);
        String next = to < all.size() ? Cursors.encode(String.valueOf(to)) : null;
        List<ParkedEvent> parked = usage.parked(Instant.EPOCH, FIRST, MOST_PARKED);
        model.addAttribute("unsettled", usage.unsettled());
        model.addAttribute("totals", totals);
        model.addAttribute("parked", parked);
        model.addAttribute("hours", back);
        model.addAttribute("spans", SPANS);
        model.addAttribute(
                "list",
                new Listing(
                        "/console/billing",
                        Map.of("hours", String.valueOf(back)),
                        "",
                        false,
                        Asked.cursor(cursor),
                        next,
                        Listing.counted(totals.size(), "line") + " of "
                                + (all.size() < MOST_TOTALS ? "" : "the first ")
                                + pages.show().number(all.size())));
        model.addAttribute("known", known.value() != null);
        String again = done.matches(NUMBER)
                ? pages.show().number(Long.parseLong(done)) + " parked events wait to be sent again."
                : null;
        model.addAttribute(
                "done",
                sent.matches(NUMBER) ? pages.show().number(Long.parseLong(sent)) + " events were sent." : again);
        model.addAttribute(
                "missing",
                Stream.of(
                                known.missing() == null ? null : "Usage: " + known.missing(),
                                sent.equals("late") ? LATE : null,
                                sent.equals("away") ? away() : null)
                        .filter(Objects::nonNull)
                        .toList());
        return "console/billing";
    }

    @GetMapping("/reconciliation")
    String reconciliation(@RequestParam(defaultValue = "24") String hours, Model model) {
        int back = span(hours);
        LateAnswer.Known<Reconciliation.Report> known = ledgers.over(back);
        model.addAttribute("hours", back);
        model.addAttribute("spans", SPANS);
        model.addAttribute("report", known.value());
        model.addAttribute("missing", known.missing() == null ? List.of() : List.of(known.missing()));
        return "console/reconciliation";
    }

    @Allowed(Role.OPERATOR)
    @PostMapping("/parked/retry")
    RedirectView retry(Caller caller, @RequestParam(name = "event", required = false) List<String> events) {
        boolean all = events != null && events.contains("all");
        if (events == null || events.isEmpty() || (!all && events.size() > MOST_PARKED)) {
            throw Problem.unprocessable(
                    "invalid-request", "Choose at least one parked event, and at most " + MOST_PARKED + ".");
        }
        int again = usage.retryParked(
                caller,
                all ? null : events.stream().map(BillingPageController::id).toList());
        return SignInController.seeOther("/console/billing?done=" + again);
    }

    /** Sends what waits now. Nothing is lost when it cannot be. */
    @Allowed(Role.OPERATOR)
    @PostMapping("/send")
    RedirectView send(Caller caller) {
        usage.asked(caller);
        LateAnswer.Known<UsageBoard.Sent> known = sending.ask(usage::sendNow);
        UsageBoard.Sent sent = known.value();
        String came = known.missing() != null || sent == null
                ? "late"
                : sent.away() != null ? "away" : String.valueOf(sent.sent());
        return SignInController.seeOther("/console/billing?sent=" + came);
    }

    private String away() {
        UsageBoard.Sent sent = sending.last();
        return (sent == null || sent.away() == null ? "Not all of them could be sent." : sent.away())
                + " Nothing is lost: what waits is sent again by itself.";
    }

    /** The sums of the last so many hours; computed apart, since there may be millions of events. */
    private LateAnswer.Known<List<UsageBoard.Total>> totals(int hours) {
        return totals.computeIfAbsent(hours, span -> new LateAnswer<>(executor, clock, TOTALS_GOOD))
                .ask(() -> {
                    Instant now = clock.instant();
                    return usage.totals(now.minus(Duration.ofHours(hours)), now, MOST_TOTALS);
                });
    }

    private static int place(String cursor) {
        String given = cursor.isEmpty() ? "0" : Cursors.decode(cursor, 1).get(0);
        if (!given.matches(NUMBER)) {
            throw Cursors.badCursor();
        }
        return Integer.parseInt(given);
    }

    private static UUID id(String given) {
        try {
            return UUID.fromString(given);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("malformed-parameter", "An event's name must be a UUID; choose it on the page.");
        }
    }

    private static int span(String hours) {
        return SPANS.stream()
                .filter(span -> hours.equals(span.toString()))
                .findFirst()
                .orElse(SPANS.get(0));
    }
}

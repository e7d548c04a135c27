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
import java.util.UUID;
import java.util.concurrent.Executor;
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
    private static final String NUMBER = "[0-9]{1,9}";

    private final UsageBoard usage;
    private final LedgerComparison ledgers;
    private final LateAnswer<UsageBoard.Sent> sending;
    private final Clock clock;

    BillingPageController(
            UsageBoard usage, LedgerComparison ledgers, @Qualifier("consoleExecutor") Executor executor, Clock clock) {
        this.usage = usage;
        this.ledgers = ledgers;
        this.sending = new LateAnswer<>(executor, clock, Duration.ZERO);
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
        Instant now = clock.instant();
        List<String> after = cursor.isEmpty() ? List.of("", "") : Cursors.decode(cursor, 2);
        List<UsageBoard.Total> found =
                usage.totals(now.minus(Duration.ofHours(back)), now, after.get(0), after.get(1), PAGE + 1);
        boolean more = found.size() > PAGE;
        List<UsageBoard.Total> totals = more ? found.subList(0, PAGE) : found;
        String next = more
                ? Cursors.encode(
                        totals.get(PAGE - 1).tenantId(), totals.get(PAGE - 1).resourceType())
                : null;
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
                        "%,d lines of usage".formatted(totals.size())));
        String again =
                done.matches(NUMBER) ? "%,d parked events wait to be sent again.".formatted(Long.valueOf(done)) : null;
        model.addAttribute(
                "done", sent.matches(NUMBER) ? "%,d events were sent.".formatted(Long.valueOf(sent)) : again);
        model.addAttribute(
                "missing",
                switch (sent) {
                    case "late" -> List.of("Sending takes longer than a page waits; reload this page in a moment.");
                    case "away" ->
                        List.of(
                                "The coordinator did not take all of them; the log says why. What waits is sent again by"
                                        + " itself.");
                    default -> List.of();
                });
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
        if (events == null || events.isEmpty() || events.size() > MOST_PARKED) {
            throw Problem.unprocessable(
                    "invalid-request", "Choose at least one parked event, and at most " + MOST_PARKED + ".");
        }
        boolean all = events.contains("all");
        int again = usage.retryParked(
                caller,
                all ? null : events.stream().map(BillingPageController::id).toList());
        return SignInController.seeOther("/console/billing?done=" + again);
    }

    /** Sends what waits now. Nothing is lost when it cannot be. */
    @Allowed(Role.OPERATOR)
    @PostMapping("/send")
    RedirectView send(Caller caller) {
        LateAnswer.Known<UsageBoard.Sent> known = sending.ask(() -> usage.sendNow(caller));
        UsageBoard.Sent sent = known.value();
        String came = known.missing() != null || sent == null
                ? "late"
                : sent.away() != null ? "away" : String.valueOf(sent.sent());
        return SignInController.seeOther("/console/billing?sent=" + came);
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

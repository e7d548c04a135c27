package io.aitbc.poolhub.console;

import io.aitbc.poolhub.sla.SlaReads;
import io.aitbc.poolhub.sla.Violation;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Page;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Who is out of its service levels, and who was. */
@Hidden
@Controller
@Allowed({Role.OPERATOR, Role.VIEWER})
class ViolationsController {

    private static final int PAGE = 50;
    private static final List<String> STATES = List.of("open", "past", "all");
    private static final List<String> SEVERITIES = List.of("critical", "high");

    /** A violation, and how long it has lasted or did last. */
    record Row(Violation violation, Duration lasted) {}

    private final SlaReads levels;
    private final Clock clock;

    ViolationsController(SlaReads levels, Clock clock) {
        this.levels = levels;
        this.clock = clock;
    }

    @GetMapping("/console/violations")
    String violations(
            @RequestParam(defaultValue = "open") String state,
            @RequestParam(defaultValue = "") String severity,
            @RequestParam(defaultValue = "") String miner,
            @RequestParam(defaultValue = "") String cursor,
            Model model) {
        String wanted = oneOf(STATES, state);
        String level = severity.isBlank() ? "" : oneOf(SEVERITIES, severity);
        String minerId = Asked.text(miner);
        Page<Violation> found = levels.violations(
                new SlaReads.EpisodeFilter(
                        wanted.equals("all") ? null : wanted.equals("past"),
                        minerId.isEmpty() ? null : minerId,
                        level.isEmpty() ? null : level,
                        null,
                        null),
                place(cursor),
                PAGE);
        Instant now = clock.instant();
        List<Row> rows = found.items().stream().map(one -> row(one, now)).toList();
        Map<String, String> filters = new LinkedHashMap<>();
        filters.put("state", wanted);
        filters.put("severity", level);
        filters.put("miner", minerId);
        model.addAttribute("rows", rows);
        model.addAttribute("severities", SEVERITIES);
        model.addAttribute(
                "list",
                new Listing(
                        "/console/violations",
                        filters,
                        "",
                        false,
                        Asked.cursor(cursor),
                        found.next() == null ? null : after(found.items().get(PAGE - 1)),
                        Listing.counted(rows.size(), "violation") + ", the latest first"));
        return "console/violations";
    }

    private static Row row(Violation violation, Instant now) {
        Instant end = violation.resolvedAt() == null ? now : violation.resolvedAt();
        return new Row(
                violation,
                end.isAfter(violation.createdAt()) ? Duration.between(violation.createdAt(), end) : Duration.ZERO);
    }

    private static SlaReads.Place place(@Nullable String cursor) {
        if (cursor == null || cursor.isEmpty()) {
            return SlaReads.Place.START;
        }
        List<String> parts = Cursors.decode(cursor, 2);
        return new SlaReads.Place(Cursors.time(parts.get(0)), Cursors.id(parts.get(1)));
    }

    private static String after(Violation last) {
        return Cursors.encode(last.createdAt().toString(), last.id().toString());
    }

    private static String oneOf(List<String> choices, String given) {
        if (!choices.contains(given)) {
            throw Problem.badRequest(
                    "malformed-parameter",
                    "The address names something that is none of " + String.join(", ", choices) + ".");
        }
        return given;
    }
}

package io.aitbc.poolhub.console;

import io.aitbc.poolhub.miner.MinerFacade;
import io.aitbc.poolhub.sla.SlaReport;
import io.aitbc.poolhub.sla.SlaReports;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Hidden;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.view.RedirectView;

/** One miner: what is known of it, its month as a file, and agreed downtime. */
@Hidden
@Controller
@RequestMapping("/console/miners/{minerId}")
@Allowed({Role.OPERATOR, Role.VIEWER})
class MinerPageController {

    private static final List<Integer> SPANS = List.of(24, 168, 720);
    private static final int LONGEST_REASON = 500;
    private static final Map<String, String> DONE = Map.of(
            "maintenance",
            "The downtime is entered. It does not count for uptime, and uptime violations that it explains are excused.",
            "withdrawn",
            "What lay ahead of the downtime is taken back; from now on the miner counts, and gets work.");

    private final MinerPage page;
    private final MinerFacade miners;
    private final SlaReports reports;
    private final PageModel pages;
    private final Clock clock;

    MinerPageController(MinerPage page, MinerFacade miners, SlaReports reports, PageModel pages, Clock clock) {
        this.page = page;
        this.miners = miners;
        this.reports = reports;
        this.pages = pages;
        this.clock = clock;
    }

    @GetMapping
    String miner(
            @PathVariable String minerId,
            @RequestParam(defaultValue = "24") String hours,
            @RequestParam(defaultValue = "") String done,
            Model model) {
        Instant now = clock.instant();
        int back = SPANS.stream()
                .filter(span -> hours.equals(span.toString()))
                .findFirst()
                .orElse(SPANS.get(0));
        model.addAttribute("shown", page.of(minerId, Duration.ofHours(back), now));
        model.addAttribute("hours", back);
        model.addAttribute("spans", SPANS);
        model.addAttribute("month", YearMonth.from(now.atOffset(ZoneOffset.UTC)).toString());
        LocalDateTime minute = LocalDateTime.ofInstant(now.truncatedTo(ChronoUnit.MINUTES), ZoneOffset.UTC);
        model.addAttribute("from", minute.toString());
        model.addAttribute("until", minute.plusHours(1).toString());
        model.addAttribute("now", now);
        model.addAttribute("done", DONE.get(done));
        return "console/miner";
    }

    @GetMapping("/report")
    ResponseEntity<byte[]> report(
            @PathVariable String minerId,
            @RequestParam(defaultValue = "") String month,
            @RequestParam(defaultValue = "csv") String format) {
        miners.get(minerId);
        if (!month.matches("20[0-9]{2}-(0[1-9]|1[0-2])")) {
            throw Problem.badRequest("malformed-parameter", "Choose a month such as 2026-03.");
        }
        SlaReport report = reports.of(minerId, YearMonth.parse(month));
        boolean csv = !format.equals("json");
        String text = csv ? report.csv() : pages.show().json(report);
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(
                new MediaType(csv ? "text" : "application", csv ? "csv" : "json", StandardCharsets.UTF_8));
        headers.setContentDisposition(ContentDisposition.attachment()
                .filename(minerId.replace(':', '_') + "-" + month + (csv ? ".csv" : ".json"))
                .build());
        return ResponseEntity.ok().headers(headers).body(text.getBytes(StandardCharsets.UTF_8));
    }

    @Allowed(Role.OPERATOR)
    @PostMapping("/maintenance")
    RedirectView maintain(
            Caller caller,
            @PathVariable String minerId,
            @RequestParam(defaultValue = "") String start,
            @RequestParam(defaultValue = "") String end,
            @RequestParam(defaultValue = "") String reason) {
        if (reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw Problem.unprocessable("invalid-request", "Give a reason of at most 500 letters.");
        }
        miners.maintain(caller, minerId, moment(start), moment(end), reason.strip());
        return SignInController.seeOther("/console/miners/" + pages.show().step(minerId) + "?done=maintenance");
    }

    @Allowed(Role.OPERATOR)
    @PostMapping("/maintenance/withdraw")
    RedirectView withdraw(Caller caller, @PathVariable String minerId, @RequestParam UUID id) {
        miners.withdraw(caller, minerId, id);
        return SignInController.seeOther("/console/miners/" + pages.show().step(minerId) + "?done=withdrawn");
    }

    /** As browsers send it, to the minute or the second; UTC. */
    private static Instant moment(String given) {
        try {
            Instant at = LocalDateTime.parse(given).toInstant(ZoneOffset.UTC);
            if (at.isAfter(Instant.EPOCH) && at.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
                return at;
            }
        } catch (DateTimeException e) {
            // Answered below, like a year that nobody means.
        }
        throw Problem.unprocessable(
                "invalid-request", "Give both start and end as a date and a time such as 2026-03-01T12:00, in UTC.");
    }
}

package io.aitbc.poolhub.console;

import io.aitbc.gpu.rules.Severity;
import io.aitbc.poolhub.gpu.Alerts;
import io.aitbc.poolhub.gpu.GpuActions;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Cursors;
import io.swagger.v3.oas.annotations.Hidden;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.view.RedirectView;

/** What the rules found about GPUs, and who looks after it. */
@Hidden
@Controller
@RequestMapping("/console/alerts")
@Allowed({Role.OPERATOR, Role.VIEWER})
class AlertsController {

    private static final int PAGE = 50;
    private static final String HERE = "/console/alerts\\?[A-Za-z0-9%&=._*+-]{1,1000}";

    private final Alerts alerts;
    private final GpuActions actions;

    AlertsController(Alerts alerts, GpuActions actions) {
        this.alerts = alerts;
        this.actions = actions;
    }

    @GetMapping
    String alerts(
            @RequestParam(defaultValue = "firing") String state,
            @RequestParam(defaultValue = "") String severity,
            @RequestParam(defaultValue = "") String gpu,
            @RequestParam(defaultValue = "") String cursor,
            @RequestParam(defaultValue = "") String done,
            Model model) {
        Alerts.State wanted = state.equals("all") ? null : Asked.constant(Alerts.State.class, state);
        Severity least = Asked.constant(Severity.class, severity);
        String gpuUuid = Asked.text(gpu);
        Instant before = null;
        UUID beforeId = null;
        if (!cursor.isEmpty()) {
            List<String> parts = Cursors.decode(cursor, 2);
            before = Cursors.time(parts.get(0));
            beforeId = Cursors.id(parts.get(1));
        }
        List<Alerts.View> found = alerts.list(
                new Alerts.Filter(
                        wanted == null ? null : wanted == Alerts.State.FIRING,
                        least,
                        gpuUuid.isEmpty() ? null : gpuUuid),
                before,
                beforeId,
                PAGE + 1);
        boolean more = found.size() > PAGE;
        List<Alerts.View> rows = more ? found.subList(0, PAGE) : found;
        Alerts.View last = more ? rows.get(PAGE - 1) : null;
        Map<String, String> filters = new LinkedHashMap<>();
        filters.put("state", wanted == null ? "all" : wanted.name());
        filters.put("severity", least == null ? "" : least.name());
        filters.put("gpu", gpuUuid);
        model.addAttribute("rows", rows);
        model.addAttribute("severities", Severity.values());
        model.addAttribute(
                "list",
                new Listing(
                        "/console/alerts",
                        filters,
                        "",
                        false,
                        Asked.cursor(cursor),
                        last == null
                                ? null
                                : Cursors.encode(
                                        last.firedAt().toString(),
                                        last.alertId().toString()),
                        Listing.counted(rows.size(), "alert") + ", the latest first"));
        model.addAttribute("done", done.equals("acknowledged") ? "The alert has somebody who looks after it." : null);
        return "console/alerts";
    }

    @Allowed(Role.OPERATOR)
    @PostMapping("/acknowledge")
    RedirectView acknowledge(
            Caller caller,
            @RequestParam(defaultValue = "") String alert,
            @RequestParam(defaultValue = "") String back) {
        actions.acknowledge(caller, Asked.id(alert, "An alert"));
        String list = back.matches(HERE) ? back + "&" : "/console/alerts?";
        return SignInController.seeOther(list + "done=acknowledged");
    }
}

package io.aitbc.poolhub.console;

import io.aitbc.poolhub.capacity.AlertEpisodes;
import io.aitbc.poolhub.capacity.AlertSettings;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Role;
import io.swagger.v3.oas.annotations.Hidden;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** How much will be wanted, what to do about it, and how good such advice has been. */
@Hidden
@Controller
@Allowed({Role.OPERATOR, Role.VIEWER})
class CapacityPageController {

    private static final List<Integer> SPANS = List.of(48, 24, 168);
    private static final int MOST_EPISODES = 20;

    private final CapacityOutlook outlook;
    private final AlertSettings settings;
    private final AlertEpisodes episodes;

    CapacityPageController(CapacityOutlook outlook, AlertSettings settings, AlertEpisodes episodes) {
        this.outlook = outlook;
        this.settings = settings;
        this.episodes = episodes;
    }

    @GetMapping("/console/capacity")
    String capacity(@RequestParam(defaultValue = "48") String hours, Model model) {
        int ahead = Asked.oneOf(SPANS, hours);
        LateAnswer.Known<CapacityOutlook.Shown> known = outlook.of(ahead);
        model.addAttribute("hours", ahead);
        model.addAttribute("spans", SPANS.stream().sorted().toList());
        model.addAttribute("shown", known.value());
        model.addAttribute("missing", known.missing() == null ? List.of() : List.of(known.missing()));
        model.addAttribute("alerting", settings.current());
        model.addAttribute("episodes", episodes.latest(MOST_EPISODES));
        return "console/capacity";
    }
}

package io.aitbc.poolhub.console;

import io.aitbc.poolhub.capacity.AlertEpisodes;
import io.aitbc.poolhub.capacity.AlertSettings;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.validation.Validator;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.view.RedirectView;

/** How much will be wanted, what to do about it, how good such advice has been, and when somebody is told. */
@Hidden
@Controller
@Allowed({Role.OPERATOR, Role.VIEWER})
class CapacityPageController {

    private static final List<Integer> SPANS = List.of(48, 24, 168);
    private static final int MOST_EPISODES = 20;

    private final CapacityOutlook outlook;
    private final AlertSettings settings;
    private final AlertEpisodes episodes;
    private final Validator validator;

    CapacityPageController(
            CapacityOutlook outlook, AlertSettings settings, AlertEpisodes episodes, Validator validator) {
        this.outlook = outlook;
        this.settings = settings;
        this.episodes = episodes;
        this.validator = validator;
    }

    @GetMapping("/console/capacity")
    String capacity(
            @RequestParam(defaultValue = "48") String hours,
            @RequestParam(defaultValue = "") String done,
            Model model) {
        int ahead = Asked.oneOf(SPANS, hours);
        LateAnswer.Known<CapacityOutlook.Shown> known = outlook.of(ahead);
        model.addAttribute("hours", ahead);
        model.addAttribute("spans", SPANS.stream().sorted().toList());
        model.addAttribute("shown", known.value());
        model.addAttribute("missing", known.missing() == null ? List.of() : List.of(known.missing()));
        model.addAttribute("alerting", settings.current());
        model.addAttribute("done", done.equals("told") ? "From the next count of the pool on, this holds." : null);
        model.addAttribute("episodes", episodes.latest(MOST_EPISODES));
        return "console/capacity";
    }

    @Allowed(Role.OPERATOR)
    @PostMapping("/console/capacity/alerts")
    RedirectView configure(
            Caller caller,
            @RequestParam(defaultValue = "") String threshold,
            @RequestParam(defaultValue = "") String email) {
        AlertSettings.Wanted wanted =
                new AlertSettings.Wanted(percent(threshold), email.isBlank() ? null : email.strip());
        if (!validator.validate(wanted).isEmpty()) {
            throw unusable();
        }
        settings.configure(caller, wanted);
        return SignInController.seeOther("/console/capacity?done=told");
    }

    private static double percent(String given) {
        try {
            return Double.parseDouble(given.strip());
        } catch (NumberFormatException e) {
            throw unusable();
        }
    }

    private static Problem unusable() {
        return Problem.unprocessable(
                "invalid-request",
                "The threshold must be a number from 1 to 100, and the e-mail address a plain one or empty.");
    }
}

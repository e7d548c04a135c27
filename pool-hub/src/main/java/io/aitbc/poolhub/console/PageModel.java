package io.aitbc.poolhub.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.ui.ModelMap;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** What every page knows: who looks, where one can go, the token of its forms. */
@ControllerAdvice(basePackageClasses = PageModel.class)
class PageModel {

    /** A page in the navigation. */
    record Place(String name, String path) {

        /** Whether a page lies here. */
        public boolean holds(String shown) {
            return path.equals("/") ? shown.equals("/") : shown.equals(path) || shown.startsWith(path + "/");
        }
    }

    private static final List<Place> PLACES = List.of(
            new Place("Overview", "/"),
            new Place("Miners", "/console/miners"),
            new Place("Violations", "/console/violations"),
            new Place("GPUs", "/console/gpus"),
            new Place("Alerts", "/console/alerts"),
            new Place("Jobs", "/console/jobs"),
            new Place("Capacity", "/console/capacity"),
            new Place("Billing", "/console/billing"));

    private final Show show;

    PageModel(ObjectMapper json, Clock clock) {
        this.show = new Show(json, clock);
    }

    @ModelAttribute
    void fill(ModelMap model, HttpServletRequest request) {
        Authentication who = SecurityContextHolder.getContext().getAuthentication();
        Caller caller = who != null && who.getPrincipal() instanceof Caller known ? known : null;
        String value = SessionCookie.of(request);
        model.addAttribute("show", show);
        model.addAttribute("places", PLACES);
        model.addAttribute("path", request.getRequestURI());
        model.addAttribute("caller", caller);
        model.addAttribute("operator", caller != null && caller.is(Role.OPERATOR));
        model.addAttribute("csrf", value == null ? "" : SessionCookie.token(value));
    }

    /** For pages that are made without a request. */
    Show show() {
        return show;
    }
}

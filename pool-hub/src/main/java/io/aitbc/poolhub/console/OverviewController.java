package io.aitbc.poolhub.console;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** The first page, and the sign that there is no such page. */
@Hidden
@Controller
@Allowed({Role.OPERATOR, Role.VIEWER})
class OverviewController {

    private final OverviewSource source;
    private final OverviewStreams streams;

    OverviewController(OverviewSource source, OverviewStreams streams) {
        this.source = source;
        this.streams = streams;
    }

    @GetMapping("/")
    String overview(Model model) {
        model.addAttribute("overview", source.now());
        return "console/overview";
    }

    @GetMapping(path = SessionCallers.EVENTS, produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter events(HttpServletRequest request, HttpServletResponse response) {
        String value = SessionCookie.of(request);
        if (value == null) {
            throw Problem.forbidden("session-required", "Only a browser that is signed in is kept up to date.");
        }
        response.setHeader("X-Accel-Buffering", "no");
        return streams.open(value);
    }

    @GetMapping({"/console", "/console/", "/console/{page:(?!assets$).*}/**"})
    String unknown() {
        throw Problem.notFound("no-such-page", "There is no such page here.");
    }
}

package io.aitbc.poolhub.console;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Open;
import io.aitbc.service.security.Role;
import io.swagger.v3.oas.annotations.Hidden;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.view.RedirectView;

/** In and out. */
@Hidden
@Controller
class SignInController {

    private static final String PAGE = "console/sign-in";
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "0:0:0:0:0:0:0:1", "::1");

    private final SignIn signIn;

    SignInController(SignIn signIn) {
        this.signIn = signIn;
    }

    @Open
    @GetMapping("/console/sign-in")
    String page(
            @RequestParam(defaultValue = "/") String next,
            @RequestParam(defaultValue = "false") String expired,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        model.addAttribute("expired", expired.equals("true"));
        model.addAttribute("csrf", token(request, response));
        model.addAttribute("next", ours(next));
        return PAGE;
    }

    @Open
    @PostMapping("/console/sign-in")
    Object signIn(
            @RequestParam(defaultValue = "") String key,
            @RequestParam(defaultValue = "/") String next,
            Model model,
            HttpServletRequest request,
            HttpServletResponse response) {
        Optional<String> value = signIn.begin(key, address(request), SessionCookie.of(request));
        if (value.isEmpty()) {
            response.setStatus(HttpStatus.UNAUTHORIZED.value());
            model.addAttribute("csrf", token(request, response));
            model.addAttribute("next", ours(next));
            model.addAttribute(
                    "mistake",
                    "This is not a key of an operator or a viewer of this hub. Nothing else can sign in here; check that it was"
                            + " copied whole.");
            return PAGE;
        }
        SessionCookie.set(value.get(), request, response);
        SessionCookie.clearSignIn(request, response);
        return seeOther(ours(next));
    }

    @Allowed({Role.OPERATOR, Role.VIEWER})
    @PostMapping("/console/sign-out")
    RedirectView signOut(Caller caller, HttpServletRequest request, HttpServletResponse response) {
        @Nullable String value = SessionCookie.of(request);
        if (value != null) {
            signIn.end(caller, value, address(request));
        }
        SessionCookie.clear(request, response);
        return seeOther("/console/sign-in");
    }

    /** The browser's; also behind a proxy on this machine, which names it last. */
    private static String address(HttpServletRequest request) {
        String peer = request.getRemoteAddr();
        String forwarded = request.getHeader("X-Forwarded-For");
        if (forwarded == null || !LOOPBACK.contains(peer)) {
            return peer;
        }
        String last = forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
        return last.matches("[0-9a-fA-F.:]{2,45}") ? last : peer;
    }

    /** Of the session where there is one: the page has its sign-out form too. */
    private static String token(HttpServletRequest request, HttpServletResponse response) {
        String session = SessionCookie.of(request);
        String value = session == null ? SessionCookie.ofSignIn(request) : session;
        if (value == null) {
            value = SessionCookie.fresh();
            SessionCookie.setSignIn(value, request, response);
        }
        return SessionCookie.token(value);
    }

    /** To read a page after a form was sent. */
    static RedirectView seeOther(String path) {
        RedirectView view = new RedirectView(path, true);
        view.setStatusCode(HttpStatus.SEE_OTHER);
        view.setExpandUriTemplateVariables(false);
        view.setExposeModelAttributes(false);
        return view;
    }

    /** Nobody is sent elsewhere by a link to our sign-in page. */
    static String ours(String next) {
        boolean plain = next.length() <= 1_000 && next.matches("[\\x21-\\x7e]*") && next.indexOf('\\') < 0;
        int end = next.indexOf('?');
        return plain && SessionCallers.isPage(end < 0 ? next : next.substring(0, end)) ? next : "/";
    }
}

package io.aitbc.poolhub.console;

import io.aitbc.service.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerInterceptor;

/** What holds for every page before it is made: what the browser may load, and that a form is one of ours. */
final class PageGuard implements HandlerInterceptor {

    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        response.setHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        response.setHeader("Referrer-Policy", "same-origin");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        if (request.getAttribute(SessionCallers.UNKNOWN) != null) {
            throw Problem.unavailable(
                    "database-away",
                    "The database does not answer, so nobody can be recognised now. Try again in a moment.",
                    Duration.ofSeconds(2));
        }
        if (!READING.contains(request.getMethod()) && !isOurs(request, request.getParameter(SessionCookie.TOKEN))) {
            throw Problem.forbidden(
                    "form-not-ours",
                    "This form was not sent from a page of your present session, so nothing was changed. Open the page"
                            + " again and repeat what you did.");
        }
        return true;
    }

    private static boolean isOurs(HttpServletRequest request, @Nullable String token) {
        return SessionCookie.isToken(SessionCookie.of(request), token)
                || request.getRequestURI().equals("/console/sign-in")
                        && SessionCookie.isToken(SessionCookie.ofSignIn(request), token);
    }
}

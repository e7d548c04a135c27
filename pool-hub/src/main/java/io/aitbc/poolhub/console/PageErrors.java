package io.aitbc.poolhub.console;

import io.aitbc.service.web.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.TransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;
import org.springframework.web.servlet.ModelAndView;

/** What cannot be shown is answered with a page that says what to do next; who is not signed in is asked to. */
@ControllerAdvice(basePackageClasses = PageErrors.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class PageErrors {

    private static final Logger LOG = LoggerFactory.getLogger(PageErrors.class);

    private final PageModel pages;

    PageErrors(PageModel pages) {
        this.pages = pages;
    }

    @ExceptionHandler(Problem.class)
    ModelAndView problem(Problem problem, HttpServletRequest request, HttpServletResponse response) {
        if (problem.status() == HttpStatus.UNAUTHORIZED) {
            boolean reading = request.getMethod().equals("GET")
                    && !request.getRequestURI().equals(SessionCallers.EVENTS);
            String query = request.getQueryString() == null ? "" : "?" + request.getQueryString();
            String asked = reading
                    ? "?next=" + encoded(request.getRequestURI() + query)
                    : "?expired=true&next=" + encoded(sentFrom(request));
            return new ModelAndView(SignInController.seeOther("/console/sign-in" + asked));
        }
        String wait = problem.headers().getFirst(HttpHeaders.RETRY_AFTER);
        if (wait != null) {
            response.setHeader(HttpHeaders.RETRY_AFTER, wait);
        }
        return page(problem.status(), problem.detail(), request);
    }

    /** The page that a form was on. */
    private static String sentFrom(HttpServletRequest request) {
        try {
            URI page = new URI(String.valueOf(request.getHeader(HttpHeaders.REFERER)));
            return page.getRawPath() + (page.getRawQuery() == null ? "" : "?" + page.getRawQuery());
        } catch (URISyntaxException e) {
            return "/";
        }
    }

    private static String encoded(String address) {
        return URLEncoder.encode(address, StandardCharsets.UTF_8);
    }

    /** A browser has left while it was kept up to date: nobody is there to be answered. */
    @ExceptionHandler({AsyncRequestNotUsableException.class, AsyncRequestTimeoutException.class})
    @Nullable
    ModelAndView gone() {
        return null;
    }

    @ExceptionHandler(TypeMismatchException.class)
    ModelAndView mismatch(HttpServletRequest request) {
        return page(HttpStatus.BAD_REQUEST, "Something in the address is not what it should be.", request);
    }

    @ExceptionHandler({DataAccessException.class, TransactionException.class})
    ModelAndView data(RuntimeException e, HttpServletRequest request, HttpServletResponse response) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && sql.getSQLState() != null
                    && sql.getSQLState().startsWith("22")) {
                return problem(
                        Problem.unprocessable(
                                "unstorable-value",
                                "A value cannot be stored: text may not contain the NUL character."),
                        request,
                        response);
            }
        }
        LOG.warn("The database did not answer a page: {}", e.toString());
        return problem(
                Problem.unavailable(
                        "database-away",
                        "The database does not answer; nothing was changed. Try again in a moment.",
                        Duration.ofSeconds(2)),
                request,
                response);
    }

    @ExceptionHandler(Exception.class)
    ModelAndView unexpected(Exception e, HttpServletRequest request) {
        if (e instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
            HttpStatus status = HttpStatus.resolve(known.getStatusCode().value());
            return page(
                    status == null ? HttpStatus.BAD_REQUEST : status,
                    status == HttpStatus.NOT_FOUND
                            ? "There is no such page here."
                            : "This page cannot be asked for in that way.",
                    request);
        }
        LOG.error("Unexpected failure of {} {}", request.getMethod(), request.getRequestURI(), e);
        return page(
                HttpStatus.INTERNAL_SERVER_ERROR,
                "Something failed here, not in what you did. The log has it under this answer's X-Request-Id.",
                request);
    }

    private ModelAndView page(HttpStatus status, String sentence, HttpServletRequest request) {
        ModelAndView page = new ModelAndView("console/error", status);
        pages.fill(page.getModelMap(), request);
        page.addAllObjects(Map.of("status", status.value(), "reason", status.getReasonPhrase(), "sentence", sentence));
        String form = request.getMethod().equals("POST") ? sentFrom(request) : "/";
        page.addObject("back", SignInController.ours(form));
        return page;
    }
}

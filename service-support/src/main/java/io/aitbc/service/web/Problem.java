package io.aitbc.service.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.util.HtmlUtils;

/**
 * A refusal that the caller can act on, answered as RFC 9457 problem details.
 *
 * <p>The type is a short stable slug such as {@code unknown-miner}; the detail is a sentence that says what to do.
 */
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final String TYPE_PREFIX = "urn:aitbc:problem:";

    private final HttpStatus status;
    private final String type;
    private final @Nullable Duration retryAfter;
    private final transient Map<String, Object> members = new LinkedHashMap<>();

    private Problem(HttpStatus status, String type, String detail, @Nullable Duration retryAfter) {
        super(detail, null, false, false);
        this.status = status;
        this.type = type;
        this.retryAfter = retryAfter;
    }

    /** 400: the request cannot be read. */
    public static Problem badRequest(String type, String detail) {
        return new Problem(HttpStatus.BAD_REQUEST, type, detail, null);
    }

    /** 401: no valid key came. */
    public static Problem unauthorized(String detail) {
        return new Problem(HttpStatus.UNAUTHORIZED, "key-required", detail, null);
    }

    /** 403: the key is good, this is not its to do. */
    public static Problem forbidden(String type, String detail) {
        return new Problem(HttpStatus.FORBIDDEN, type, detail, null);
    }

    /** 404: no such thing, or none that this caller may know of. */
    public static Problem notFound(String type, String detail) {
        return new Problem(HttpStatus.NOT_FOUND, type, detail, null);
    }

    /** 409: the request contradicts what is stored. */
    public static Problem conflict(String type, String detail) {
        return new Problem(HttpStatus.CONFLICT, type, detail, null);
    }

    /** 413: more than one call takes. */
    public static Problem tooLarge(String type, String detail) {
        return new Problem(HttpStatus.PAYLOAD_TOO_LARGE, type, detail, null);
    }

    /** 422: well-formed, but it breaks a rule. */
    public static Problem unprocessable(String type, String detail) {
        return new Problem(HttpStatus.UNPROCESSABLE_ENTITY, type, detail, null);
    }

    /** 429: too many calls; come back after {@code retryAfter}. */
    public static Problem tooMany(String type, String detail, Duration retryAfter) {
        return new Problem(HttpStatus.TOO_MANY_REQUESTS, type, detail, retryAfter);
    }

    /** 502: a service behind this one answered what cannot be used. */
    public static Problem badGateway(String type, String detail) {
        return new Problem(HttpStatus.BAD_GATEWAY, type, detail, null);
    }

    /** 503: something behind this service is away; come back after {@code retryAfter}. */
    public static Problem unavailable(String type, String detail, Duration retryAfter) {
        return new Problem(HttpStatus.SERVICE_UNAVAILABLE, type, detail, retryAfter);
    }

    /** Any other refusal, such as one passed on from another service. */
    public static Problem of(HttpStatus status, String type, String detail) {
        return new Problem(status, type, detail, null);
    }

    /** Adds a member to the answer and returns this. */
    public Problem with(String name, Object value) {
        members.put(name, value);
        return this;
    }

    /** The same refusal with a further sentence. */
    public Problem adding(String sentence) {
        Problem longer = new Problem(status, type, detail() + " " + sentence, retryAfter);
        longer.members.putAll(members);
        return longer;
    }

    /** The HTTP status. */
    public HttpStatus status() {
        return status;
    }

    /** The slug. */
    public String type() {
        return type;
    }

    /** The sentence for the caller. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** The body of the answer. */
    public ProblemDetail toBody(String path) {
        ProblemDetail body = ProblemDetail.forStatusAndDetail(status, detail());
        body.setType(URI.create(TYPE_PREFIX + type));
        body.setTitle(status.getReasonPhrase());
        body.setInstance(instance(path));
        members.forEach(body::setProperty);
        return body;
    }

    /** The headers that go with it. */
    public HttpHeaders headers() {
        HttpHeaders headers = new HttpHeaders();
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (retryAfter != null) {
            headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        if (status == HttpStatus.UNAUTHORIZED) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return headers;
    }

    /** Writes it from a filter, where no handler is there to do so; for a browser as a page. */
    public void writeTo(HttpServletRequest request, HttpServletResponse response, ObjectMapper json)
            throws IOException {
        response.setStatus(status.value());
        headers().forEach((name, values) -> values.forEach(value -> response.setHeader(name, value)));
        String accepted = request.getHeader(HttpHeaders.ACCEPT);
        if (accepted != null && accepted.contains(MediaType.TEXT_HTML_VALUE)) {
            response.setContentType("text/html;charset=UTF-8");
            response.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
            response.getOutputStream()
                    .write(page(request.getMethod().equals("GET")).getBytes(StandardCharsets.UTF_8));
            return;
        }
        response.getOutputStream().write(json.writeValueAsBytes(toBody(request.getRequestURI())));
    }

    private String page(boolean isReading) {
        String reason = HtmlUtils.htmlEscape(status.getReasonPhrase());
        return """
                <!DOCTYPE html>
                <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
                <title>%s</title></head>
                <body><h1>%s</h1><p>%s</p><p>%s</p></body></html>
                """.formatted(
                        reason,
                        reason,
                        HtmlUtils.htmlEscape(detail()),
                        isReading
                                ? "<a href=\"\">Try again</a>"
                                : "Nothing was changed. Go back, and send it again in a moment.");
    }

    private static @Nullable URI instance(String path) {
        try {
            return new URI(null, null, path, null);
        } catch (java.net.URISyntaxException e) {
            return null;
        }
    }
}

package io.aitbc.poolhub.lane;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Gate;
import io.aitbc.service.security.Role;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.core.Ordered;
import org.springframework.web.filter.ServerHttpObservationFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Answers the calls of one path before most filters and the dispatcher that all other requests pass: they are most of what a
 * hub gets, and passing costs more than answering. It does what the ordinary way does with the same parts; whatever is
 * unusual about a request (no key, another role, too often, parameters, no JSON, a rule broken) goes that way.
 *
 * @param <Q> what a call says
 */
public final class FastLane<Q> extends HttpFilter {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 64 * 1024;

    /**
     * The calls that may go this way.
     *
     * @param path of the calls, which are POST
     * @param roles whose calls they are
     * @param said the type of what a call says
     * @param reply the type of the answer
     * @param isSound whether what is said breaks no rule that the ordinary way checks
     * @param answer what the controller does
     * @param <Q> what a call says
     */
    public record Calls<Q>(
            String path,
            Set<Role> roles,
            Class<Q> said,
            Class<?> reply,
            Predicate<Q> isSound,
            BiFunction<Caller, Q, Object> answer) {

        /** The filter for them, after the filters that name, count and bound requests, before all others. */
        public FilterRegistrationBean<FastLane<Q>> filter(
                Gate gate, HandlerExceptionResolver problems, ObjectMapper json) {
            FilterRegistrationBean<FastLane<Q>> bean =
                    new FilterRegistrationBean<>(new FastLane<>(this, gate, problems, json));
            bean.setName("fast-lane" + path);
            bean.setUrlPatterns(List.of(path));
            bean.setOrder(Ordered.HIGHEST_PRECEDENCE + 20);
            return bean;
        }
    }

    private final transient Calls<Q> calls;
    private final transient Gate gate;
    private final transient HandlerExceptionResolver problems;
    private final transient ObjectReader reader;
    private final transient ObjectWriter writer;

    private FastLane(Calls<Q> calls, Gate gate, HandlerExceptionResolver problems, ObjectMapper json) {
        this.calls = calls;
        this.gate = gate;
        this.problems = problems;
        this.reader = json.readerFor(calls.said());
        this.writer = json.writerFor(calls.reply());
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        int length = request.getContentLength();
        if (length < 2
                || length > LONGEST
                || request.getQueryString() != null
                || !isJson(request)
                || !"POST".equals(request.getMethod())) {
            chain.doFilter(request, response);
            return;
        }
        Caller caller = gate.callerOf(request, calls.roles());
        if (caller == null) {
            chain.doFilter(request, response);
            return;
        }
        ServerHttpObservationFilter.findObservationContext(request)
                .ifPresent(context -> context.setPathPattern(calls.path()));
        byte[] body = request.getInputStream().readNBytes(length);
        Q said = read(body);
        if (said == null || !calls.isSound().test(said) || !gate.admits(caller)) {
            chain.doFilter(new Reread(request, body), response);
            return;
        }
        try {
            byte[] reply = writer.writeValueAsBytes(calls.answer().apply(caller, said));
            response.setContentType("application/json");
            response.setHeader("X-Content-Type-Options", "nosniff");
            response.setHeader("Cache-Control", "no-store");
            response.setContentLength(reply.length);
            response.getOutputStream().write(reply);
        } catch (RuntimeException e) {
            if (problems.resolveException(request, response, null, e) == null) {
                throw e;
            }
        }
    }

    private @Nullable Q read(byte[] body) throws IOException {
        try {
            return reader.readValue(body);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static boolean isJson(HttpServletRequest request) {
        String type = request.getContentType();
        String encoding = request.getCharacterEncoding();
        return type != null
                && (type.equals("application/json") || type.startsWith("application/json;"))
                && (encoding == null || encoding.equalsIgnoreCase("utf-8"));
    }

    /** A request whose body has been read and can be read again. */
    private static final class Reread extends HttpServletRequestWrapper {

        private final ByteArrayInputStream body;

        Reread(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = new ByteArrayInputStream(body);
        }

        @Override
        public ServletInputStream getInputStream() {
            return new ServletInputStream() {
                @Override
                public int read() {
                    return body.read();
                }

                @Override
                public int read(byte[] target, int offset, int length) {
                    return body.read(target, offset, length);
                }

                @Override
                public boolean isFinished() {
                    return body.available() == 0;
                }

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setReadListener(ReadListener listener) {
                    throw new IllegalStateException("such calls are read at once");
                }
            };
        }
    }
}

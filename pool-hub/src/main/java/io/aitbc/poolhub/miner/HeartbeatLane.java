package io.aitbc.poolhub.miner;

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
import java.util.Objects;
import org.springframework.web.filter.ServerHttpObservationFilter;
import org.springframework.web.servlet.HandlerExceptionResolver;

/**
 * Answers heartbeats before most filters and the dispatcher that all other requests pass: they are most of what a hub gets, and
 * passing costs more than answering. It does what the ordinary way does with the same parts; whatever is unusual about a
 * request (no key, another role, too often, no JSON) goes that way.
 */
final class HeartbeatLane extends HttpFilter {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST = 64 * 1024;

    private final transient HeartbeatController heartbeats;
    private final transient Gate gate;
    private final transient HandlerExceptionResolver problems;
    private final transient ObjectReader reader;
    private final transient ObjectWriter writer;

    HeartbeatLane(HeartbeatController heartbeats, Gate gate, HandlerExceptionResolver problems, ObjectMapper json) {
        this.heartbeats = heartbeats;
        this.gate = gate;
        this.problems = problems;
        this.reader = json.readerFor(HeartbeatController.Heartbeat.class);
        this.writer = json.writerFor(HeartbeatController.Reply.class);
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        int length = request.getContentLength();
        if (length < 2 || length > LONGEST || !isJson(request) || !"POST".equals(request.getMethod())) {
            chain.doFilter(request, response);
            return;
        }
        Caller caller = gate.admit(request, Role.MINER);
        if (caller == null) {
            chain.doFilter(request, response);
            return;
        }
        ServerHttpObservationFilter.findObservationContext(request)
                .ifPresent(context -> context.setPathPattern(HeartbeatController.PATH));
        byte[] body = request.getInputStream().readNBytes(length);
        HeartbeatController.Heartbeat heartbeat;
        try {
            heartbeat = Objects.requireNonNull(reader.readValue(body));
        } catch (JsonProcessingException | NullPointerException e) {
            chain.doFilter(new Reread(request, body), response);
            return;
        }
        try {
            byte[] reply = writer.writeValueAsBytes(heartbeats.beat(caller, heartbeat));
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
                    throw new IllegalStateException("heartbeats are read at once");
                }
            };
        }
    }
}

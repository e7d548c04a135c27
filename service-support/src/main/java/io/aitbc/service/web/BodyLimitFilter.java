package io.aitbc.service.web;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/** Bounds request bodies: 1 MiB, or 10 MiB on the paths that take batches; also when no length was declared. */
final class BodyLimitFilter extends OncePerRequestFilter {

    private static final long NORMAL = 1L << 20;
    private static final long LARGE = 10L << 20;

    private final List<String> largePaths;
    private final ObjectMapper json;

    BodyLimitFilter(List<String> largePaths, ObjectMapper json) {
        this.largePaths = List.copyOf(largePaths);
        this.json = json;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        long limit = largePaths.stream().anyMatch(request.getRequestURI()::startsWith) ? LARGE : NORMAL;
        long declared = request.getContentLengthLong();
        if (declared > limit) {
            new BodyTooLarge(limit).problem().writeTo(request, response, json);
        } else if (declared >= 0) {
            chain.doFilter(request, response);
        } else {
            chain.doFilter(new Bounded(request, limit), response);
        }
    }

    private static final class Bounded extends HttpServletRequestWrapper {

        private final long limit;
        private @Nullable ServletInputStream stream;

        Bounded(HttpServletRequest request, long limit) {
            super(request);
            this.limit = limit;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            if (stream == null) {
                stream = new BoundedStream(super.getInputStream(), limit);
            }
            return stream;
        }
    }

    private static final class BoundedStream extends ServletInputStream {

        private final ServletInputStream in;
        private final long limit;
        private long read;

        BoundedStream(ServletInputStream in, long limit) {
            this.in = in;
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            return value < 0 ? value : (int) counted(1, value);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = in.read(target, offset, length);
            return count <= 0 ? count : (int) counted(count, count);
        }

        private long counted(int bytes, int result) throws IOException {
            read += bytes;
            if (read > limit) {
                throw new BodyTooLarge(limit);
            }
            return result;
        }

        @Override
        public boolean isFinished() {
            return in.isFinished();
        }

        @Override
        public boolean isReady() {
            return in.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            in.setReadListener(listener);
        }
    }
}

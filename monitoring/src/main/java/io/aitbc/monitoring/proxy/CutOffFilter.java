package io.aitbc.monitoring.proxy;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.coyote.CloseNowException;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Cuts the connection of an answer that broke off. A failure that a handler throws would be written behind what went out already,
 * and the answer properly ended; only one that passes all filters makes Tomcat close without the last chunk.
 */
@Component
class CutOffFilter extends OncePerRequestFilter {

    private static final String CUT = CutOffFilter.class.getName() + ".cut";

    /** Marks a request whose answer must not look complete. */
    static void cut(HttpServletRequest request) {
        request.setAttribute(CUT, true);
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        chain.doFilter(request, response);
        if (request.getAttribute(CUT) != null) {
            throw new CloseNowException("the exporter's answer broke off");
        }
    }
}

package io.aitbc.monitoring.proxy;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpHeaders;

/**
 * The way to the caller. The beginning is held back, so that an answer of the usual size is either whole or a plain refusal; what is
 * longer flows on as it comes, and needs no memory.
 */
final class Outlet {

    private static final int HELD = 1 << 20;

    private final HttpServletResponse response;
    private final HttpHeaders headers;
    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private boolean hasBegun;

    Outlet(HttpServletResponse response, HttpHeaders headers) {
        this.response = response;
        this.headers = headers;
    }

    void write(byte[] part) throws IOException {
        if (hasBegun) {
            response.getOutputStream().write(part);
            return;
        }
        held.write(part, 0, part.length);
        if (held.size() > HELD) {
            begin();
        }
    }

    /** Nothing more comes: the answer is whole. */
    void finish() throws IOException {
        if (!hasBegun) {
            response.setContentLength(held.size());
            begin();
        }
        response.flushBuffer();
    }

    private void begin() throws IOException {
        hasBegun = true;
        response.setStatus(HttpServletResponse.SC_OK);
        headers.firstValue("Content-Type").ifPresent(value -> response.setHeader("Content-Type", value));
        headers.firstValue("Content-Encoding").ifPresent(value -> response.setHeader("Content-Encoding", value));
        held.writeTo(response.getOutputStream());
        response.flushBuffer();
        held.reset();
    }
}

package io.aitbc.benchmarks.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** What has arrived of one HTTP/1.1 response: only its status and where it ends are read, its body is kept. */
final class Response {

    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final int UNKNOWN = -1;

    private byte[] bytes = new byte[4_096];
    private int length;
    private int bodyAt = UNKNOWN;
    private long bodyLength;
    private boolean chunked;
    private int chunkAt;

    void clear() {
        length = 0;
        bodyAt = UNKNOWN;
        bodyLength = 0;
        chunked = false;
    }

    /** Takes what came; true once the response is complete. */
    boolean add(byte[] from, int offset, int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
        System.arraycopy(from, offset, bytes, length, count);
        length += count;
        if (bodyAt == UNKNOWN) {
            readHead();
        }
        if (bodyAt == UNKNOWN) {
            return false;
        }
        return chunked ? lastChunkCame() : length - bodyAt >= bodyLength;
    }

    int status() {
        return Integer.parseInt(new String(bytes, STATUS_AT, 3, StandardCharsets.US_ASCII));
    }

    /** The body as text, chunk sizes left out; for errors and small answers. */
    String body() {
        if (!chunked) {
            return new String(bytes, bodyAt, (int) bodyLength, StandardCharsets.UTF_8);
        }
        StringBuilder text = new StringBuilder();
        int at = bodyAt;
        while (true) {
            int end = lineEnd(at);
            int size = sizeOf(at, end);
            if (size == 0) {
                return text.toString();
            }
            text.append(new String(bytes, end + 2, size, StandardCharsets.UTF_8));
            at = end + 2 + size + 2;
        }
    }

    /** Bytes that came over the wire. */
    int size() {
        return length;
    }

    private void readHead() {
        int end = 0;
        while (true) {
            int next = lineEnd(end);
            if (next < 0) {
                return;
            }
            if (next == end) {
                break;
            }
            end = next + 2;
        }
        bodyAt = end + 2;
        chunkAt = bodyAt;
        for (String line : new String(bytes, 0, end, StandardCharsets.US_ASCII)
                .toLowerCase(Locale.ROOT)
                .split("\r\n")) {
            if (line.startsWith("content-length:")) {
                bodyLength = Long.parseLong(
                        line.substring("content-length:".length()).strip());
            } else if (line.startsWith("transfer-encoding:") && line.contains("chunked")) {
                chunked = true;
            }
        }
    }

    /** Walks on from the first chunk that was incomplete last time. */
    private boolean lastChunkCame() {
        while (true) {
            int end = lineEnd(chunkAt);
            if (end < 0) {
                return false;
            }
            int size = sizeOf(chunkAt, end);
            int next = end + 2 + size + 2;
            if (next > length) {
                return false;
            }
            if (size == 0) {
                return true;
            }
            chunkAt = next;
        }
    }

    private int sizeOf(int from, int end) {
        return Integer.parseInt(new String(bytes, from, end - from, StandardCharsets.US_ASCII), 16);
    }

    /** Where the line that begins there ends, or -1 while it is incomplete. */
    private int lineEnd(int from) {
        for (int i = from; i + 1 < length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i;
            }
        }
        return UNKNOWN;
    }
}

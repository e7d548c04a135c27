package io.aitbc.coordinator.job;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The trace that a job belongs to all its way, as text.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">W3C Trace Context, traceparent</a>
 */
final class TraceParent {

    private static final Pattern FORM = Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private TraceParent() {}

    /**
     * The present span within the caller's trace. Where spans are not recorded here, the present one may belong to no trace of
     * the caller's: then it is the caller's own. Without any it is a new one.
     */
    static String of(Tracer tracer, @Nullable String callers) {
        String theirs = callers != null && FORM.matcher(callers).matches() ? callers : null;
        Span span = tracer.currentSpan();
        String ours = span == null ? null : text(span.context());
        if (ours != null && (theirs == null || traceId(ours).equals(traceId(theirs)))) {
            return ours;
        }
        if (theirs != null) {
            return theirs;
        }
        String fresh;
        do {
            fresh = "00-" + hex(16) + "-" + hex(8) + "-00";
        } while (!FORM.matcher(fresh).matches());
        return fresh;
    }

    private static @Nullable String text(TraceContext context) {
        String text = "00-" + context.traceId() + "-" + context.spanId()
                + (Boolean.TRUE.equals(context.sampled()) ? "-01" : "-00");
        return FORM.matcher(text).matches() ? text : null;
    }

    static String traceId(String traceparent) {
        return traceparent.substring(3, 35);
    }

    private static String hex(int bytes) {
        byte[] drawn = new byte[bytes];
        RANDOM.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }
}

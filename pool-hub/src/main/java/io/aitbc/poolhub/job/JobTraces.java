package io.aitbc.poolhub.job;

import io.aitbc.gpu.tracing.GpuSpans;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/** The life of jobs as spans, within the trace of the call that submitted them. */
@Component
class JobTraces {

    /** Version 00 of W3C Trace Context, whose ids must not be all zeros. */
    private static final Pattern TRACEPARENT =
            Pattern.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private final GpuSpans spans;

    JobTraces(GpuSpans spans) {
        this.spans = spans;
    }

    /**
     * Submits within a span.
     *
     * @param callers the caller's traceparent header; the job belongs to its trace also while no spans are recorded here
     */
    <T> T submitting(
            String jobId, String tenantId, int gpus, @Nullable String callers, Function<@Nullable String, T> work) {
        String parent = callers != null && TRACEPARENT.matcher(callers).matches() ? callers : null;
        return spans.submit(jobId, tenantId, gpus, own -> work.apply(isWithin(own, parent) ? own : parent));
    }

    private static boolean isWithin(@Nullable String own, @Nullable String parent) {
        return own != null && (parent == null || traceId(own).equals(traceId(parent)));
    }

    /** The id of the trace that a traceparent names. */
    static String traceId(String traceparent) {
        return traceparent.substring(3, 35);
    }

    Dispatch.Passed passing(Supplier<Dispatch.Passed> pass) {
        return spans.placement(pass, Dispatch.Passed::placed);
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void on(JobPlaced placed) {
        spans.scheduled(
                placed.job().traceparent(),
                placed.job().jobId(),
                placed.place().nodes().get(0),
                placed.place().gpuUuids(),
                placed.job().queuedAt(),
                placed.at());
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT)
    void on(JobEnded ended) {
        if (ended.end().startedAt() != null) {
            spans.ran(
                    ended.job().traceparent(),
                    ended.job().jobId(),
                    ended.attempt().minerId(),
                    ended.attempt().gpuUuids(),
                    ended.end().startedAt(),
                    ended.end().endedAt(),
                    ended.end().outcome().name(),
                    ended.end().outcome() == Attempt.Outcome.FAILED
                            || ended.end().outcome() == Attempt.Outcome.LOST);
        }
    }
}

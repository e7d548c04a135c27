package io.aitbc.poolhub.job;

import io.aitbc.gpu.tracing.GpuSpans;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/** The life of jobs as spans, within the trace of the call that submitted them. */
@Component
class JobTraces {

    private final GpuSpans spans;

    JobTraces(GpuSpans spans) {
        this.spans = spans;
    }

    <T> T submitting(String jobId, String tenantId, int gpus, Function<@Nullable String, T> work) {
        return spans.submit(jobId, tenantId, gpus, work);
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

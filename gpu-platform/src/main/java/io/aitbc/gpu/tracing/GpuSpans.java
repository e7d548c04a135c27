package io.aitbc.gpu.tracing;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes the spans of the platform. What is known only afterwards (how long a job waited, how long it ran) becomes a span when
 * it is known, with the times that it had, within the trace of the call that submitted the job. With {@link Tracer#NOOP}
 * nothing is recorded.
 */
public final class GpuSpans {

    private final Tracer tracer;

    public GpuSpans(Tracer tracer) {
        this.tracer = tracer;
    }

    /**
     * Submits a job within a span {@code job.submit} of the present trace.
     *
     * @param work is given what names that span for others, in the form of W3C's traceparent; null when nothing is recorded
     */
    public <T> T submit(String jobId, String tenantId, int gpus, Function<@Nullable String, T> work) {
        Span span = tracer.nextSpan()
                .name("job.submit")
                .tag("job.id", jobId)
                .tag("tenant.id", tenantId)
                .tag("job.gpus", Integer.toString(gpus))
                .start();
        try (Tracer.SpanInScope scope = tracer.withSpan(span)) {
            return work.apply(span.isNoop() ? null : TraceParent.of(span.context()));
        } catch (RuntimeException e) {
            span.error(e);
            throw e;
        } finally {
            span.end();
        }
    }

    /** A job got its GPUs: {@code job.schedule}, from when its wait began. */
    public void scheduled(
            @Nullable String parent, String jobId, String minerId, List<String> gpus, Instant from, Instant to) {
        within(parent, "job.schedule", from, to)
                .tag("job.id", jobId)
                .tag("miner.id", minerId)
                .tag("gpu.uuids", String.join(",", gpus))
                .end(to);
    }

    /** A job ran: {@code job.run}. */
    public void ran(
            @Nullable String parent,
            String jobId,
            String minerId,
            List<String> gpus,
            Instant from,
            Instant to,
            String outcome,
            boolean failed) {
        Past span = within(parent, "job.run", from, to)
                .tag("job.id", jobId)
                .tag("miner.id", minerId)
                .tag("gpu.uuids", String.join(",", gpus))
                .tag("job.outcome", outcome.toLowerCase(Locale.ROOT));
        if (failed) {
            span.tag("error", outcome.toLowerCase(Locale.ROOT));
        }
        span.end(to);
    }

    /**
     * Makes one pass of a scheduler within a span {@code scheduler.placement}.
     *
     * @param placed how many jobs a pass placed
     */
    public <T> T placement(Supplier<T> pass, ToIntFunction<T> placed) {
        return timed("scheduler.placement", pass, "jobs.placed", placed);
    }

    /**
     * Judges samples within a span {@code health.check}.
     *
     * @param samples how many were judged
     */
    public <T> T healthCheck(Supplier<T> check, ToIntFunction<T> samples) {
        return timed("health.check", check, "gpu.samples", samples);
    }

    private <T> T timed(String name, Supplier<T> work, String count, ToIntFunction<T> counted) {
        Span span = tracer.nextSpan().name(name).start();
        try (Tracer.SpanInScope scope = tracer.withSpan(span)) {
            T result = work.get();
            span.tag(count, Integer.toString(counted.applyAsInt(result)));
            return result;
        } catch (RuntimeException e) {
            span.error(e);
            throw e;
        } finally {
            span.end();
        }
    }

    /** An alert fired: {@code alert.} and its rule, from when its condition began to hold. */
    public void alert(String rule, String severity, String gpuUuid, Instant since, Instant firedAt) {
        within(null, "alert." + rule.toLowerCase(Locale.ROOT), since, firedAt)
                .tag("rule", rule)
                .tag("severity", severity)
                .tag("gpu.uuid", gpuUuid)
                .end(firedAt);
    }

    private Past within(@Nullable String parent, String name, Instant from, Instant to) {
        Span.Builder builder = tracer.spanBuilder().name(name);
        TraceParent.parse(tracer, parent).ifPresentOrElse(builder::setParent, () -> {
            if (tracer.currentSpan() == null) {
                builder.setNoParent();
            }
        });
        Instant start = from.isBefore(to) ? from : to;
        return new Past(
                builder.startTimestamp(micros(start), TimeUnit.MICROSECONDS).start());
    }

    private static long micros(Instant at) {
        return TimeUnit.SECONDS.toMicros(at.getEpochSecond()) + at.getNano() / 1_000;
    }

    /** A span of something that is over. */
    private record Past(Span span) {

        Past tag(String key, String value) {
            span.tag(key, value);
            return this;
        }

        void end(Instant at) {
            span.end(micros(at), TimeUnit.MICROSECONDS);
        }
    }
}

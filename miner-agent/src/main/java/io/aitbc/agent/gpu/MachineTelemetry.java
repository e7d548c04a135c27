package io.aitbc.agent.gpu;

import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.TelemetrySource;
import io.aitbc.gpu.telemetry.TelemetryUnavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a source again and again on a thread of its own: a driver that hangs never holds a heartbeat up. What was read too
 * long ago is not told.
 */
public final class MachineTelemetry {

    private static final Logger LOG = LoggerFactory.getLogger(MachineTelemetry.class);
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration FRESH = Duration.ofSeconds(60);

    private final TelemetrySource source;
    private final Clock clock;
    private volatile List<GpuSample> latest = List.of();
    private volatile Instant readAt = Instant.EPOCH;
    private volatile Set<String> known = Set.of();
    private boolean works = true;

    public MachineTelemetry(TelemetrySource source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    /** Begins to read, as long as the process lives. */
    public void start() {
        Thread thread = new Thread(this::run, "gpu-telemetry");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            readOnce();
            try {
                Thread.sleep(EVERY.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void readOnce() {
        try {
            List<GpuSample> read = source.read();
            latest = read;
            readAt = clock.instant();
            known = read.stream().map(sample -> sample.device().uuid()).collect(Collectors.toUnmodifiableSet());
            if (!works) {
                LOG.info("GPU telemetry is back: {} GPUs.", read.size());
            }
            works = true;
        } catch (TelemetryUnavailable | RuntimeException e) {
            if (works) {
                LOG.warn("No GPU telemetry: {}. Heartbeats go on without.", e.getMessage());
            }
            works = false;
        }
    }

    /** What the GPUs said lately; empty when nothing fresh is known. */
    public List<GpuSample> samples() {
        return readAt.plus(FRESH).isAfter(clock.instant()) ? latest : List.of();
    }

    /** The UUIDs of all GPUs that were seen. */
    public Set<String> gpus() {
        return known;
    }
}

package io.aitbc.poolhub.telemetry;

import io.aitbc.gpu.health.XidEvent;
import io.aitbc.gpu.telemetry.GpuSample;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a miner said of its GPUs at once.
 *
 * @param results what became of commands
 */
public record Telemetry(String minerId, List<GpuSample> samples, List<XidEvent> xids, List<Result> results) {

    /**
     * A miner's answer to a command.
     *
     * @param state {@code DONE}, {@code FAILED} or {@code REFUSED}
     */
    public record Result(
            UUID commandId, String state, @Nullable String detail) {}

    public Telemetry {
        samples = List.copyOf(samples);
        xids = List.copyOf(xids);
        results = List.copyOf(results);
    }

    /** Nothing. */
    public static Telemetry none(String minerId) {
        return new Telemetry(minerId, List.of(), List.of(), List.of());
    }

    /** Whether nothing was said. */
    public boolean isEmpty() {
        return samples.isEmpty() && xids.isEmpty() && results.isEmpty();
    }
}

package io.aitbc.gpu.telemetry;

import java.util.List;

/** Something that can be asked what the GPUs of one machine say. */
public interface TelemetrySource {

    /**
     * Asks once, bounded in time.
     *
     * @return one sample per physical GPU, never part of what was read; empty when the machine has no GPU
     * @throws TelemetryUnavailable when nothing usable came in time: that is no data, not an empty machine
     */
    List<GpuSample> read() throws TelemetryUnavailable;
}

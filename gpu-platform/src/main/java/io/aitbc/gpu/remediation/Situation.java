package io.aitbc.gpu.remediation;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.health.Alert;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * All that decides about a GPU at one moment.
 *
 * @param since when it came into its state
 * @param byOperator whether a person put it there
 * @param open its open alerts, without those of shadow rules and without those that an operator has overridden
 * @param command how the command stands that its state asked the miner for
 * @param working whether jobs run on it
 * @param tells whether telemetry of it comes
 */
public record Situation(
        String gpuUuid,
        GpuState state,
        Instant since,
        boolean byOperator,
        List<Alert> open,
        CommandProgress command,
        boolean working,
        boolean tells) {

    /** How a command stands. */
    public enum CommandProgress {
        /** None was given, or none was needed. */
        NONE,
        /** Given, and there is time left for the answer. */
        WAITING,
        DONE,
        /** The miner says that it cannot. */
        FAILED,
        /** The miner said nothing, however often it was asked. */
        IGNORED
    }

    public Situation {
        Objects.requireNonNull(state);
        open = List.copyOf(open);
    }
}

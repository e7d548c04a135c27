package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.remediation.Remediation.Patience;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** How GPUs are watched, and how patient remediation is. */
@ConfigurationProperties("gpu")
record GpuSettings(
        int sweepIntervalSeconds,
        double quarantineMaxPct,
        int throttlePct,
        int commandPatienceSeconds,
        int throttleMinutes,
        int drainMinutes,
        int validationMinutes,
        int probationHours,
        int forgetDays,
        int sampleRetentionDays) {

    GpuSettings {
        require("GPU_SWEEP_INTERVAL_SECONDS", sweepIntervalSeconds, 1, 300);
        require("GPU_QUARANTINE_MAX_PCT", quarantineMaxPct, 0, 100);
        require("GPU_THROTTLE_PCT", throttlePct, 10, 100);
        require("GPU_COMMAND_PATIENCE_SECONDS", commandPatienceSeconds, 10, 86_400);
        require("GPU_THROTTLE_MINUTES", throttleMinutes, 1, 1_440);
        require("GPU_DRAIN_MINUTES", drainMinutes, 1, 10_080);
        require("GPU_VALIDATION_MINUTES", validationMinutes, 1, 10_080);
        require("GPU_PROBATION_HOURS", probationHours, 0, 8_760);
        require("GPU_FORGET_DAYS", forgetDays, 1, 3_650);
        require("GPU_SAMPLE_RETENTION_DAYS", sampleRetentionDays, 1, 3_650);
    }

    Patience patience() {
        return new Patience(
                Duration.ofMinutes(throttleMinutes),
                Duration.ofMinutes(drainMinutes),
                Duration.ofMinutes(validationMinutes),
                Duration.ofHours(probationHours));
    }

    Duration commandPatience() {
        return Duration.ofSeconds(commandPatienceSeconds);
    }

    private static void require(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    name + " must be within " + (long) least + ".." + (long) most + ", was " + plain(value));
        }
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}

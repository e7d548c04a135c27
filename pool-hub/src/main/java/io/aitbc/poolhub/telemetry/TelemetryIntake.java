package io.aitbc.poolhub.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Takes in what comes with heartbeats. */
@Component
public class TelemetryIntake {

    /** What is older came from a machine whose clock is wrong, or belongs into a message of its own. */
    private static final Duration FRESH = Duration.ofMinutes(10);

    private final Clock clock;
    private final Counter faults;

    TelemetryIntake(Clock clock, MeterRegistry meters) {
        this.clock = clock;
        this.faults = Counter.builder("poolhub.telemetry.faults")
                .description("Values in heartbeats that no GPU can mean, left out")
                .register(meters);
    }

    /** What a heartbeat says of GPUs and commands; what cannot be is left out. */
    public Telemetry read(String minerId, @Nullable JsonNode gpus, @Nullable JsonNode commandResults) {
        Instant now = clock.instant();
        TelemetryReader reader = new TelemetryReader(minerId, now, now.minus(FRESH));
        reader.gpus(gpus);
        reader.commandResults(commandResults);
        faults.increment(reader.faults().size());
        return reader.telemetry();
    }
}

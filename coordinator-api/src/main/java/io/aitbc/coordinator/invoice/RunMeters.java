package io.aitbc.coordinator.invoice;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/** Counts what runs do. */
@Component
class RunMeters {

    /** What a tenant's turn led to. */
    enum Result {
        FINALIZED,
        DRAFTED,
        NOTHING,
        FAILED
    }

    private final Map<Result, Counter> tenants = new EnumMap<>(Result.class);
    private final Timer duration;
    private final AtomicLong success = new AtomicLong();
    private final Clock clock;

    RunMeters(MeterRegistry registry, Clock clock) {
        this.clock = clock;
        for (Result result : Result.values()) {
            tenants.put(
                    result,
                    Counter.builder("billing.run.tenants")
                            .description("turns of tenants in monthly runs, by what they led to")
                            .tag("result", result.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        duration = Timer.builder("billing.run.duration")
                .description("how long a monthly run took that came to its end")
                .register(registry);
        Gauge.builder("billing.run.last.success.timestamp.seconds", success, AtomicLong::doubleValue)
                .description("when a monthly run last ended without failures in this replica; 0 for never")
                .register(registry);
    }

    void count(Result result) {
        Objects.requireNonNull(tenants.get(result)).increment();
    }

    void ran(Duration time, boolean isSuccess) {
        duration.record(time);
        if (isSuccess) {
            success.set(clock.instant().getEpochSecond());
        }
    }
}

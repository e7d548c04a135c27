package io.aitbc.gpu.health;

import io.aitbc.gpu.device.GpuDevice;
import io.aitbc.gpu.health.AlertChange.Kind;
import io.aitbc.gpu.rules.RuleBook;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.RecoveryAction;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.gpu.telemetry.ThrottleReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One GPU under a monitor, told about second by second. */
final class Watched {

    static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    static final String UUID = "GPU-11111111-2222-3333-4444-555555555555";

    final HealthMonitor monitor;
    final RuleBook book;
    final List<AlertChange> changes = new ArrayList<>();
    private final GpuDevice device;
    private final Map<Signal, Double> values = new EnumMap<>(Signal.class);
    private @Nullable Set<ThrottleReason> reasons;
    private @Nullable RecoveryAction recovery;
    private Instant now = START;

    Watched(String model) {
        this(model, RuleSet.standard());
    }

    Watched(String model, RuleSet rules) {
        this.book = new RuleBook(rules);
        this.monitor = new HealthMonitor(book, Duration.ofSeconds(10));
        this.device = GpuDevice.of(UUID, model);
    }

    Watched with(Signal signal, double value) {
        values.put(signal, value);
        return this;
    }

    Watched without(Signal signal) {
        values.remove(signal);
        return this;
    }

    Watched throttledBy(ThrottleReason... active) {
        reasons = Set.of(active);
        return this;
    }

    Watched asksFor(RecoveryAction action) {
        recovery = action;
        return this;
    }

    /** A sample now. */
    List<AlertChange> sample() {
        List<AlertChange> came = monitor.accept(now(values));
        changes.addAll(came);
        return came;
    }

    GpuSample now(Map<Signal, Double> said) {
        GpuSample.Builder sample = GpuSample.of(device, now);
        said.forEach(sample::set);
        if (reasons != null) {
            sample.throttleReasons(reasons);
        }
        if (recovery != null) {
            sample.recoveryAction(recovery);
        }
        return sample.build();
    }

    /** Time passes without a sample. */
    Watched later(long seconds) {
        now = now.plusSeconds(seconds);
        return this;
    }

    /** A sample now and one every few seconds, until so much time has passed. */
    Watched keep(long seconds, long every) {
        sample();
        for (long passed = 0; passed < seconds; passed += every) {
            later(every).sample();
        }
        return this;
    }

    Instant now() {
        return now;
    }

    /** The rules that fired, in order, once per time. */
    List<String> fired() {
        return of(Kind.FIRED);
    }

    List<String> of(Kind kind) {
        return changes.stream()
                .filter(change -> change.kind() == kind)
                .map(change -> change.alert().rule())
                .toList();
    }

    List<String> open() {
        return monitor.open(UUID).stream().map(Alert::rule).toList();
    }
}

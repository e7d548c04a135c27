package io.aitbc.gpu.telemetry;

import io.aitbc.gpu.device.GpuDevice;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one GPU said at one moment. A signal that its source did not give is absent, never 0. Immutable.
 *
 * <p>The values stand in one array, so that rules over any signal are evaluated without boxing.
 */
public final class GpuSample {

    private static final int UNKNOWN = -1;
    private static final int SIGNALS = Signal.values().length;

    private final GpuDevice device;
    private final Instant at;
    private final double[] values;
    private final int throttleMask;
    private final @Nullable RecoveryAction recoveryAction;

    /** The values are not copied: nobody else may change them. */
    private GpuSample(
            GpuDevice device, Instant at, double[] values, int throttleMask, @Nullable RecoveryAction recoveryAction) {
        this.device = device;
        this.at = at;
        this.values = values;
        this.throttleMask = throttleMask;
        this.recoveryAction = recoveryAction;
    }

    /** Begins a sample in which every signal is absent. */
    public static Builder of(GpuDevice device, Instant at) {
        return new Builder(device, at);
    }

    public GpuDevice device() {
        return device;
    }

    /** When the GPU said so, by the clock of its machine. */
    public Instant at() {
        return at;
    }

    /** The value of a signal; NaN when absent. */
    public double value(Signal signal) {
        return values[signal.ordinal()];
    }

    public boolean has(Signal signal) {
        return !Double.isNaN(values[signal.ordinal()]);
    }

    /** The value of a signal; empty when absent. */
    public OptionalDouble get(Signal signal) {
        return has(signal) ? OptionalDouble.of(value(signal)) : OptionalDouble.empty();
    }

    /** Memory in use, percent of what this GPU has; NaN when either is absent. */
    public double memoryPercent() {
        double total = value(Signal.MEMORY_TOTAL);
        return total > 0 ? 100 * value(Signal.MEMORY_USED) / total : Double.NaN;
    }

    /** Why the clocks are what they are; empty when the source does not say, which is not the same as none. */
    public Optional<Set<ThrottleReason>> throttleReasons() {
        return throttleMask == UNKNOWN ? Optional.empty() : Optional.of(ThrottleReason.ofMask(throttleMask));
    }

    /** The bits of the throttle reasons; -1 when the source does not say. */
    public int throttleMask() {
        return throttleMask;
    }

    /** What the driver asks for; empty when the source does not say. */
    public Optional<RecoveryAction> recoveryAction() {
        return Optional.ofNullable(recoveryAction);
    }

    /** The same values at another moment: for a machine whose clock is wrong. */
    public GpuSample at(Instant moment) {
        return new GpuSample(device, moment, values, throttleMask, recoveryAction);
    }

    /** The same values of a better known device. */
    public GpuSample of(GpuDevice better) {
        return new GpuSample(better, at, values, throttleMask, recoveryAction);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof GpuSample that
                && device.equals(that.device)
                && at.equals(that.at)
                && Arrays.equals(values, that.values)
                && throttleMask == that.throttleMask
                && recoveryAction == that.recoveryAction;
    }

    @Override
    public int hashCode() {
        return Objects.hash(device, at, Arrays.hashCode(values));
    }

    @Override
    public String toString() {
        StringBuilder text =
                new StringBuilder(device.uuid()).append(" at ").append(at).append(':');
        for (Signal signal : Signal.values()) {
            if (has(signal)) {
                text.append(' ').append(signal.wireName()).append('=').append(value(signal));
            }
        }
        throttleReasons().ifPresent(reasons -> text.append(" throttle_reasons=").append(reasons));
        recoveryAction().ifPresent(action -> text.append(" recovery_action=").append(action));
        return text.toString();
    }

    /** Collects what a source says. Not for use by several threads at once. */
    public static final class Builder {

        private final GpuDevice device;
        private final Instant at;
        private final double[] values = new double[SIGNALS];
        private int throttleMask = UNKNOWN;
        private @Nullable RecoveryAction recoveryAction;

        private Builder(GpuDevice device, Instant at) {
            this.device = Objects.requireNonNull(device);
            this.at = Objects.requireNonNull(at);
            Arrays.fill(values, Double.NaN);
        }

        /** @throws IllegalArgumentException when no GPU can mean that value; the sentence names the signal and its bounds */
        public Builder set(Signal signal, double value) {
            if (!signal.isPlausible(value)) {
                throw new IllegalArgumentException(signal.wireName() + " must be "
                        + (signal.kind() == Signal.Kind.GAUGE ? "" : "a whole number ") + "within "
                        + (long) signal.lowest() + ".." + (long) signal.highest() + ", was " + value);
            }
            values[signal.ordinal()] = value;
            return this;
        }

        /** Which reasons are active; the empty set says that none is. */
        public Builder throttleReasons(Set<ThrottleReason> reasons) {
            this.throttleMask = ThrottleReason.mask(reasons);
            return this;
        }

        public Builder recoveryAction(RecoveryAction action) {
            this.recoveryAction = action;
            return this;
        }

        public GpuSample build() {
            return new GpuSample(device, at, values.clone(), throttleMask, recoveryAction);
        }
    }
}

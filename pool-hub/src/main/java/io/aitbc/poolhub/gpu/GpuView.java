package io.aitbc.poolhub.gpu;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.gpu.telemetry.ThrottleReason;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A GPU as people see it.
 *
 * @param latest what it said last; null when its samples are past their retention
 */
public record GpuView(@JsonUnwrapped Gpu gpu, @Nullable Map<String, Object> latest) {

    /** A sample as it goes out: what was not said is not there. */
    static Map<String, Object> shown(GpuSample sample) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("at", sample.at());
        for (Signal signal : Signal.values()) {
            if (sample.has(signal)) {
                double value = sample.value(signal);
                shown.put(signal.wireName(), signal.kind() == Signal.Kind.GAUGE ? (Object) value : (long) value);
            }
        }
        sample.throttleReasons()
                .ifPresent(reasons -> shown.put(
                        "throttle_reasons",
                        reasons.stream().map(ThrottleReason::wireName).toList()));
        sample.recoveryAction().ifPresent(action -> shown.put("recovery_action", action.wireName()));
        return shown;
    }
}

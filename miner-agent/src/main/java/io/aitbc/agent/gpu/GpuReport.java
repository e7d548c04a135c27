package io.aitbc.agent.gpu;

import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.gpu.telemetry.ThrottleReason;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A sample as the hub reads it: what the GPU did not say is not there. */
public final class GpuReport {

    private GpuReport() {}

    public static Map<String, Object> of(GpuSample sample) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("uuid", sample.device().uuid());
        put(report, "model", sample.device().model());
        put(report, "driver", sample.device().driver());
        put(report, "index", sample.device().index());
        put(report, "pci_bus_id", sample.device().pciBusId());
        report.put("at", sample.at());
        for (Signal signal : Signal.values()) {
            if (sample.has(signal)) {
                double value = sample.value(signal);
                report.put(signal.wireName(), signal.kind() == Signal.Kind.GAUGE ? (Object) value : (long) value);
            }
        }
        sample.throttleReasons()
                .ifPresent(reasons -> report.put(
                        "throttle_reasons",
                        reasons.stream().map(ThrottleReason::wireName).toList()));
        sample.recoveryAction().ifPresent(action -> report.put("recovery_action", action.wireName()));
        return report;
    }

    private static void put(Map<String, Object> report, String name, @Nullable Object value) {
        if (value != null) {
            report.put(name, value);
        }
    }
}

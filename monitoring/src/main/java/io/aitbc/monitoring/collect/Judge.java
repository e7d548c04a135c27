package io.aitbc.monitoring.collect;

import io.aitbc.monitoring.artifact.KpiStatus;
import io.aitbc.monitoring.artifact.Manifest;
import io.aitbc.monitoring.artifact.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether thresholds are kept. What is not known to be kept is not. */
final class Judge {

    private Judge() {}

    static List<Manifest.Threshold> judge(List<Manifest.Kpi> kpis, Map<String, Bounds> thresholds) {
        List<Manifest.Threshold> judged = new ArrayList<>();
        for (Manifest.Kpi kpi : kpis) {
            Bounds bounds = thresholds.get(kpi.name());
            if (bounds != null) {
                judged.add(new Manifest.Threshold(
                        kpi.name(),
                        bounds.min(),
                        bounds.max(),
                        kpi.value(),
                        keeps(kpi, bounds) ? Verdict.PASS : Verdict.FAIL));
            }
        }
        return judged;
    }

    /** PASS when all are kept; null when there are none. */
    static @Nullable Verdict overall(List<Manifest.Threshold> judged) {
        if (judged.isEmpty()) {
            return null;
        }
        return judged.stream().allMatch(threshold -> threshold.verdict() == Verdict.PASS) ? Verdict.PASS : Verdict.FAIL;
    }

    private static boolean keeps(Manifest.Kpi kpi, Bounds bounds) {
        if (kpi.values().isEmpty()) {
            return false;
        }
        // The true value is above the one that is shown.
        if (kpi.status() == KpiStatus.CAPPED_AT_INF && bounds.max() != null) {
            return false;
        }
        return kpi.values().stream()
                .mapToDouble(Manifest.Value::value)
                .allMatch(value -> (bounds.min() == null || value >= bounds.min())
                        && (bounds.max() == null || value <= bounds.max()));
    }
}

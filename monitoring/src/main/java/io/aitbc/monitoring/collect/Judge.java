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
                List<Manifest.Value> failed = failed(kpi, bounds);
                boolean isKept = failed.isEmpty() && !kpi.values().isEmpty();
                judged.add(new Manifest.Threshold(
                        kpi.name(),
                        bounds.min(),
                        bounds.max(),
                        kpi.value(),
                        isKept ? Verdict.PASS : Verdict.FAIL,
                        failed));
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

    private static List<Manifest.Value> failed(Manifest.Kpi kpi, Bounds bounds) {
        // The true value is above the one that is shown.
        boolean isUnknown = kpi.status() == KpiStatus.CAPPED_AT_INF && bounds.max() != null;
        return kpi.values().stream()
                .filter(value -> isUnknown || !keeps(value.value(), bounds))
                .toList();
    }

    private static boolean keeps(double value, Bounds bounds) {
        return (bounds.min() == null || value >= bounds.min()) && (bounds.max() == null || value <= bounds.max());
    }
}

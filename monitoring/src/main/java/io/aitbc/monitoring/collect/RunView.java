package io.aitbc.monitoring.collect;

import io.aitbc.monitoring.artifact.Manifest;
import io.aitbc.monitoring.artifact.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A run as it is shown.
 *
 * @param folder where its artifacts are, or will be
 * @param cause PROMETHEUS, STORAGE or INTERNAL, of a run that failed
 * @param verdict PASS or FAIL once it is collected, if it has thresholds
 * @param kpis empty until it is collected, like all that follows
 */
record RunView(
        UUID runId,
        String sessionId,
        RunState state,
        Instant startTime,
        Instant endTime,
        String folder,
        Instant requestedAt,
        Instant dueAt,
        @Nullable Instant finishedAt,
        @Nullable Cause cause,
        @Nullable String failure,
        @Nullable Verdict verdict,
        List<Manifest.Kpi> kpis,
        List<Manifest.Threshold> thresholds,
        List<Manifest.Target> targets,
        Map<String, Manifest.File> files) {

    static RunView of(Run run, String folder) {
        Manifest manifest = run.manifest();
        return new RunView(
                run.runId(),
                run.sessionId(),
                run.state(),
                run.start(),
                run.end(),
                folder,
                run.requestedAt(),
                run.dueAt(),
                run.finishedAt(),
                run.cause(),
                run.failure(),
                manifest == null ? null : manifest.verdict(),
                manifest == null ? List.of() : manifest.kpis(),
                manifest == null ? List.of() : manifest.thresholds(),
                manifest == null ? List.of() : manifest.targets(),
                manifest == null ? Map.of() : manifest.files());
    }
}

package io.aitbc.gpu.scheduling;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a job needs.
 *
 * @param priority 0..100, higher first
 * @param gpus how many, all at once or none
 * @param memoryMib of each GPU, MiB
 * @param model part of the product name, case ignored; null for any
 * @param expected how long it is thought to run
 * @param preemptible whether it may be stopped for another job and go on later
 * @param acrossNodes whether its GPUs may be in several machines
 * @param labels what its machines must have, such as {@code region=eu}
 */
public record JobRequest(
        String id,
        String tenantId,
        int priority,
        int gpus,
        long memoryMib,
        @Nullable String model,
        Duration expected,
        boolean preemptible,
        boolean acrossNodes,
        Set<String> labels) {

    public static final int HIGHEST_PRIORITY = 100;
    public static final int MOST_GPUS = 1_024;

    /** @throws IllegalArgumentException when a number is out of its range */
    public JobRequest {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(tenantId, "tenantId");
        if (priority < 0 || priority > HIGHEST_PRIORITY) {
            throw new IllegalArgumentException("priority must be within 0..100, was " + priority);
        }
        if (gpus < 1 || gpus > MOST_GPUS) {
            throw new IllegalArgumentException("gpus must be within 1..1024, was " + gpus);
        }
        if (memoryMib < 0) {
            throw new IllegalArgumentException("memoryMib must not be negative, was " + memoryMib);
        }
        if (expected.isNegative() || expected.isZero()) {
            throw new IllegalArgumentException("expected must be longer than nothing, was " + expected);
        }
        model = model == null ? null : model.toLowerCase(Locale.ROOT);
        labels = Set.copyOf(labels);
    }

    /** One that needs any GPUs of one machine and may be preempted. */
    public static JobRequest of(String id, int priority, int gpus, Duration expected) {
        return new JobRequest(id, "", priority, gpus, 0, null, expected, true, false, Set.of());
    }

    /** All that decides where it can go: what fails for one job fails for another of the same demand. */
    record Demand(
            int gpus,
            long memoryMib,
            @Nullable String model,
            boolean longGang,
            boolean forProbation,
            boolean acrossNodes,
            Set<String> labels) {}

    Demand demand(Policy policy) {
        return new Demand(
                gpus, memoryMib, model, policy.isLongGang(this), policy.mayUseProbation(this), acrossNodes, labels);
    }
}

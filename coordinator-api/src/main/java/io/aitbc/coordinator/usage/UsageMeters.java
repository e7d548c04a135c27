package io.aitbc.coordinator.usage;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Counts verdicts. */
@Component
class UsageMeters {

    private final Counter accepted;
    private final Counter duplicates;
    private final Counter rejected;
    private final Map<RejectionCode, Counter> codes = new EnumMap<>(RejectionCode.class);
    private final Counter conflicting;
    private final Counter conflicts;
    private final DistributionSummary batch;

    UsageMeters(MeterRegistry registry) {
        accepted = events(registry, Verdict.ACCEPTED);
        duplicates = events(registry, Verdict.DUPLICATE);
        conflicting = events(registry, Verdict.CONFLICT);
        rejected = events(registry, Verdict.REJECTED);
        for (RejectionCode code : RejectionCode.values()) {
            codes.put(
                    code,
                    Counter.builder("coordinator.usage.rejections")
                            .description("usage events not taken into the ledger, by code")
                            .tag("code", code.name())
                            .register(registry));
        }
        conflicts = Counter.builder("coordinator.usage.conflicts")
                .description("events that came under the id of another event with other content: any is an alarm")
                .register(registry);
        batch = DistributionSummary.builder("coordinator.usage.batch.events")
                .description("events per request")
                .register(registry);
    }

    /** Counts what became of a request, after its commit. */
    void count(IngestReport report) {
        accepted.increment(report.accepted());
        duplicates.increment(report.duplicates());
        conflicting.increment(report.conflicts());
        rejected.increment(report.rejected());
        conflicts.increment(report.conflicts());
        batch.record(report.results().size());
        if (report.rejected() + report.conflicts() > 0) {
            for (EventResult result : report.results()) {
                Counter counter = result.code() == null ? null : codes.get(result.code());
                if (counter != null) {
                    counter.increment();
                }
            }
        }
    }

    private static Counter events(MeterRegistry registry, Verdict verdict) {
        return Counter.builder("coordinator.usage.events")
                .description("usage events taken, by verdict")
                .tag("verdict", verdict.name())
                .register(registry);
    }
}

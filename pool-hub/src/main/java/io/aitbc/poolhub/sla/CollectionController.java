package io.aitbc.poolhub.sla;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping({"/sla", "/v1/sla"})
@Allowed({Role.OPERATOR, Role.SERVICE})
class CollectionController {

    private static final int MOST_LISTED = 1_000;

    /**
     * What a collection did.
     *
     * @param metricsCollected every series as it stands now, the first thousand
     * @param metricsTruncated whether there are more
     * @param violationsDetected episodes that began with this collection
     * @param capacity null while no miner is enrolled
     */
    record Answer(
            int minersProcessed,
            List<Metric> metricsCollected,
            boolean metricsTruncated,
            int violationsDetected,
            Metrics.@Nullable Capacity capacity) {}

    private final CollectionRun run;
    private final Metrics metrics;
    private final AuditLog audit;

    CollectionController(CollectionRun run, Metrics metrics, AuditLog audit) {
        this.run = run;
        this.metrics = metrics;
        this.audit = audit;
    }

    @Operation(summary = "Measure all service levels now")
    @PostMapping("/metrics/collect")
    Answer collect(Caller caller) {
        SlaCollector.Collected collected = run.now();
        int opened = collected.opened().size();
        audit.record(
                caller,
                "sla.collect",
                "pool",
                null,
                Map.of("miners", collected.minersProcessed(), "violations", opened));
        List<Metric> current = metrics.current(MOST_LISTED + 1);
        boolean truncated = current.size() > MOST_LISTED;
        return new Answer(
                collected.minersProcessed(),
                truncated ? current.subList(0, MOST_LISTED) : current,
                truncated,
                opened,
                collected.capacity().orElse(null));
    }
}

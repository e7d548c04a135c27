package io.aitbc.coordinator.usage;

import io.aitbc.coordinator.tenant.TenantReads;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Reads the ledger: rows and sums. A tenant's key sees its own only. */
@RestController
@RequestMapping("/api/billing")
@Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE, Role.TENANT})
class UsageReadController {

    private static final int MOST_HOURS = 24 * 366;

    private final TenantReads reads;
    private final UsageRows rows;
    private final UsageStatistics totals;
    private final Clock clock;

    UsageReadController(TenantReads reads, UsageRows rows, UsageStatistics totals, Clock clock) {
        this.reads = reads;
        this.rows = rows;
        this.totals = totals;
        this.clock = clock;
    }

    @GetMapping(path = "/usage", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "List usage events by tenant and time",
            description = "With Accept: text/csv the whole list comes as CSV, not in pages.")
    ResponseEntity<Page<UsageRow>> list(
            Caller caller,
            HttpServletRequest request,
            @RequestParam(name = "tenant_id", required = false) @Nullable String tenantId,
            @RequestParam(name = "resource_type", required = false) @Nullable String resourceType,
            @RequestParam(name = "job_id", required = false) @Nullable String jobId,
            @RequestParam(name = "miner_id", required = false) @Nullable String minerId,
            @RequestParam(required = false) @Nullable @Size(max = 64) String source,
            @RequestParam(required = false) @Nullable @Min(1) @Max(MOST_HOURS) Integer hours,
            @RequestParam(required = false) @Nullable Instant from,
            @RequestParam(required = false) @Nullable Instant to,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit) {
        UsageFilter filter =
                new UsageFilter(resourceType, jobId, minerId, source, start(hours, from), Span.bounded(to));
        Page<UsageRow> page = reads.read(caller, tenantId, scope -> rows.page(scope, filter, cursor, limit));
        return Links.page(request, page);
    }

    @GetMapping(path = "/usage", produces = Csv.MEDIA_TYPE)
    @Operation(summary = "All usage events of a selection, as CSV")
    void csv(
            Caller caller,
            HttpServletResponse response,
            @RequestParam(name = "tenant_id", required = false) @Nullable String tenantId,
            @RequestParam(name = "resource_type", required = false) @Nullable String resourceType,
            @RequestParam(name = "job_id", required = false) @Nullable String jobId,
            @RequestParam(name = "miner_id", required = false) @Nullable String minerId,
            @RequestParam(required = false) @Nullable @Size(max = 64) String source,
            @RequestParam(required = false) @Nullable @Min(1) @Max(MOST_HOURS) Integer hours,
            @RequestParam(required = false) @Nullable Instant from,
            @RequestParam(required = false) @Nullable Instant to) {
        UsageFilter filter =
                new UsageFilter(resourceType, jobId, minerId, source, start(hours, from), Span.bounded(to));
        reads.read(caller, tenantId, scope -> {
            Csv csv = Csv.to(response);
            rows.each(scope, filter, csv::row);
            return csv.finish();
        });
    }

    @GetMapping("/metrics")
    @Operation(
            summary = "What was used in the last hours, and what it costs",
            description = "By resource and hour, with"
                    + " the ten dearest miners and jobs. Costs are exact; only invoices round.")
    UsageMetrics metrics(
            Caller caller,
            @RequestParam(name = "tenant_id", required = false) @Nullable String tenantId,
            @RequestParam(defaultValue = "24") @Min(1) @Max(MOST_HOURS) int hours) {
        Instant now = clock.instant();
        Instant from = now.minus(Duration.ofHours(hours));
        return reads.read(caller, tenantId, scope -> totals.metrics(scope, hours, from, now));
    }

    private @Nullable Instant start(@Nullable Integer hours, @Nullable Instant from) {
        if (from == null && hours != null) {
            return clock.instant().minus(Duration.ofHours(hours));
        }
        return Span.bounded(from);
    }
}

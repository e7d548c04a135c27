package io.aitbc.coordinator.usage;

import io.aitbc.coordinator.pricing.Decimals;
import io.aitbc.coordinator.tenant.TenantReads;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Counts and sums for reconciliation. */
@RestController
@Allowed({Role.SERVICE, Role.OPERATOR, Role.VIEWER})
class DigestController {

    private static final int MOST_ROWS = 200_000;

    private final TenantReads reads;
    private final UsageStatistics totals;

    DigestController(TenantReads reads, UsageStatistics totals) {
        this.reads = reads;
        this.totals = totals;
    }

    @GetMapping("/api/billing/usage/digest")
    @Operation(
            summary = "Counts and sums of accepted events, to be compared with another ledger",
            description = "By time of the event, half-open [from, to). group is any of tenant, resource, hour, source.")
    UsageDigest digest(
            Caller caller,
            @RequestParam Instant from,
            @RequestParam Instant to,
            @RequestParam(defaultValue = "tenant,resource,hour") String group,
            @RequestParam(required = false) @Nullable @Size(max = 64) String source,
            @RequestParam(name = "tenant_id", required = false) @Nullable String tenantId) {
        if (!from.isBefore(to)) {
            throw Problem.unprocessable("empty-period", "from must be before to.");
        }
        Span.bounded(from);
        Span.bounded(to);
        Set<UsageDigest.Group> groups = groups(group);
        UsageFilter filter = UsageFilter.between(from, to, source);
        List<UsageDigest.Row> rows =
                reads.read(caller, tenantId, scope -> totals.digest(scope, filter, groups, MOST_ROWS + 1));
        if (rows.size() > MOST_ROWS) {
            throw Problem.unprocessable(
                    "too-many-groups", "The digest has more than " + MOST_ROWS + " rows; ask for a shorter period.");
        }
        long count = rows.stream().mapToLong(UsageDigest.Row::count).sum();
        BigDecimal quantity = rows.stream().map(UsageDigest.Row::quantity).reduce(BigDecimal.ZERO, BigDecimal::add);
        return new UsageDigest(from, to, rows, count, Decimals.tidy(quantity));
    }

    private static Set<UsageDigest.Group> groups(String asked) {
        Set<UsageDigest.Group> groups = EnumSet.noneOf(UsageDigest.Group.class);
        for (String name : asked.split(",")) {
            if (!name.isBlank()) {
                groups.add(group(name.strip()));
            }
        }
        return groups;
    }

    private static UsageDigest.Group group(String name) {
        for (UsageDigest.Group group : UsageDigest.Group.values()) {
            if (group.name().toLowerCase(Locale.ROOT).equals(name)) {
                return group;
            }
        }
        throw Problem.unprocessable("unknown-group", "group may name tenant, resource, hour and source.");
    }
}

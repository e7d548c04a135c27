package io.aitbc.poolhub.usage;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.service.web.Problem;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Compares this hub's ledger with the coordinator's, to the last digit. */
@Component
class Reconciliation {

    /** The coordinator limits the rows of an answer. */
    private static final Duration AT_ONCE = Duration.ofDays(31);

    private static final LedgerCell NONE =
            new LedgerCell(new LedgerCell.Where("", "", Instant.EPOCH), 0, BigDecimal.ZERO);

    /** One side. */
    record Side(long count, BigDecimal quantity) {
        static Side of(Collection<LedgerCell> cells) {
            return new Side(
                    cells.stream().mapToLong(LedgerCell::count).sum(),
                    cells.stream().map(LedgerCell::quantity).reduce(BigDecimal.ZERO, BigDecimal::add));
        }
    }

    /** Where both sides disagree. */
    record Difference(
            String tenantId,
            String resourceType,
            Instant hour,
            long hubCount,
            long coordinatorCount,
            BigDecimal hubQuantity,
            BigDecimal coordinatorQuantity) {}

    /** What came of it; {@code pending} and {@code parked} tell what waits on this side, whatever its time. */
    record Report(
            Instant from,
            Instant to,
            boolean balanced,
            Side hub,
            Side coordinator,
            long pending,
            long parked,
            List<Difference> differences) {}

    private final Outbox outbox;
    private final CoordinatorClient coordinator;
    private final BillingSettings settings;
    private volatile int lastDifferences;

    Reconciliation(Outbox outbox, CoordinatorClient coordinator, BillingSettings settings, MeterRegistry meters) {
        this.outbox = outbox;
        this.coordinator = coordinator;
        this.settings = settings;
        Gauge.builder("poolhub.billing.reconciliation.difference", this, r -> r.lastDifferences)
                .description(
                        "Tenant, resource and hour cells in which both ledgers differed at the last reconciliation")
                .register(meters);
    }

    Report compare(Instant from, Instant to) {
        List<LedgerCell> told = new ArrayList<>();
        for (Instant start = from; start.isBefore(to); start = start.plus(AT_ONCE)) {
            Instant end = start.plus(AT_ONCE).isBefore(to) ? start.plus(AT_ONCE) : to;
            told.addAll(cells(coordinator.get(query(start, end))));
        }
        Map<LedgerCell.Where, LedgerCell> theirs = LedgerCell.index(told);
        Map<LedgerCell.Where, LedgerCell> ours = outbox.digest(from, to);
        Outbox.Backlog backlog = outbox.backlog();
        List<Difference> differences = differences(ours, theirs);
        lastDifferences = differences.size();
        return new Report(
                from,
                to,
                differences.isEmpty(),
                Side.of(ours.values()),
                Side.of(theirs.values()),
                backlog.pending(),
                backlog.parked(),
                differences);
    }

    private static List<Difference> differences(
            Map<LedgerCell.Where, LedgerCell> ours, Map<LedgerCell.Where, LedgerCell> theirs) {
        Set<LedgerCell.Where> all = new HashSet<>(ours.keySet());
        all.addAll(theirs.keySet());
        List<Difference> differences = new ArrayList<>();
        for (LedgerCell.Where where : all) {
            LedgerCell here = ours.getOrDefault(where, NONE);
            LedgerCell there = theirs.getOrDefault(where, NONE);
            if (here.count() != there.count() || here.quantity().compareTo(there.quantity()) != 0) {
                differences.add(new Difference(
                        where.tenantId(),
                        where.resourceType(),
                        where.hour(),
                        here.count(),
                        there.count(),
                        here.quantity(),
                        there.quantity()));
            }
        }
        differences.sort(Comparator.comparing(Difference::hour)
                .thenComparing(Difference::tenantId)
                .thenComparing(Difference::resourceType));
        return differences;
    }

    private String query(Instant from, Instant to) {
        return "/api/billing/usage/digest?from=" + encode(from.toString()) + "&to=" + encode(to.toString())
                + "&group=tenant,resource,hour&source=" + encode(settings.poolId());
    }

    private static List<LedgerCell> cells(JsonNode digest) {
        JsonNode rows = digest.path("rows");
        if (!rows.isArray()) {
            throw unclear();
        }
        List<LedgerCell> cells = new ArrayList<>();
        for (JsonNode row : rows) {
            cells.add(cell(row));
        }
        return cells;
    }

    private static LedgerCell cell(JsonNode row) {
        boolean whole = row.path("tenant_id").isTextual()
                && row.path("resource_type").isTextual()
                && row.path("count").isIntegralNumber()
                && row.path("quantity").isNumber();
        if (!whole) {
            throw unclear();
        }
        try {
            Instant hour = Instant.parse(row.path("hour").asText());
            return new LedgerCell(
                    new LedgerCell.Where(
                            row.path("tenant_id").asText(),
                            row.path("resource_type").asText(),
                            hour),
                    row.path("count").longValue(),
                    row.path("quantity").decimalValue());
        } catch (DateTimeException e) {
            throw unclear();
        }
    }

    private static Problem unclear() {
        return Problem.badGateway("coordinator-unclear", "The coordinator's digest cannot be read.");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

package io.aitbc.poolhub.usage;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.poolhub.coordinator.CoordinatorClient;
import io.aitbc.poolhub.coordinator.CoordinatorSettings;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Compares this hub's ledger with the coordinator's, to the last digit. */
@Component
public class Reconciliation {

    /** The coordinator limits the rows of an answer. */
    private static final Duration AT_ONCE = Duration.ofDays(31);

    /**
     * A cell as both ledgers have it.
     *
     * @param hubCount events that the coordinator acknowledged to this hub, and {@code hubQuantity} their sum
     * @param pending further events of this hub, of which the coordinator has not said yet that it has them
     * @param parked further events, which the coordinator refused
     */
    public record Compared(
            String tenantId,
            String resourceType,
            Instant hour,
            long hubCount,
            long coordinatorCount,
            BigDecimal hubQuantity,
            BigDecimal coordinatorQuantity,
            long pending,
            long parked) {}

    /**
     * What came of it.
     *
     * @param balanced whether the coordinator has all that it acknowledged, and nothing else but what is pending here
     * @param hub what was acknowledged to this hub
     * @param pendingEvents of this period; they wait, or their acknowledgement does
     * @param parkedEvents of this period; refused, and billed to nobody
     * @param pending whatever its time
     * @param parked whatever its time
     * @param differences cells in which the ledgers contradict each other
     * @param unsettled cells in which they do not, but in which events are pending or parked
     */
    public record Report(
            Instant from,
            Instant to,
            boolean balanced,
            Tally hub,
            Tally coordinator,
            long pendingEvents,
            long parkedEvents,
            long pending,
            long parked,
            List<Compared> differences,
            List<Compared> unsettled) {}

    private final Outbox outbox;
    private final CoordinatorClient coordinator;
    private final CoordinatorSettings settings;

    Reconciliation(Outbox outbox, CoordinatorClient coordinator, CoordinatorSettings settings) {
        this.outbox = outbox;
        this.coordinator = coordinator;
        this.settings = settings;
    }

    /**
     * Compares both ledgers over [from, to). Waits for the coordinator.
     *
     * @throws Problem 503 when the coordinator is away, 502 when it cannot be understood
     */
    public Report compare(Instant from, Instant to) {
        Map<Tally.Cell, Owed> before = outbox.digest(from, to);
        Map<Tally.Cell, Tally> theirs = theirs(from, to);
        // Events may have been recorded and acknowledged while the coordinator added up.
        Map<Tally.Cell, Owed> ours =
                contradictions(before, theirs, before).isEmpty() ? before : outbox.digest(from, to);
        Set<Tally.Cell> contradictions = contradictions(before, theirs, ours);
        Owed sum = ours.values().stream().reduce(Owed.NOTHING, Owed::plus);
        Outbox.Backlog backlog = outbox.backlog();
        return new Report(
                from,
                to,
                contradictions.isEmpty(),
                sum.acknowledged(),
                theirs.values().stream().reduce(Tally.NOTHING, Tally::plus),
                sum.pending().count(),
                sum.parked().count(),
                backlog.pending(),
                backlog.parked(),
                compared(ours, theirs, contradictions::contains),
                compared(
                        ours,
                        theirs,
                        cell -> !contradictions.contains(cell)
                                && !ours(ours, cell).isSettled()));
    }

    private Map<Tally.Cell, Tally> theirs(Instant from, Instant to) {
        Map<Tally.Cell, Tally> told = new HashMap<>();
        for (Instant start = from; start.isBefore(to); start = start.plus(AT_ONCE)) {
            Instant end = start.plus(AT_ONCE).isBefore(to) ? start.plus(AT_ONCE) : to;
            read(coordinator.get(query(start, end)), told);
        }
        return told;
    }

    private static Set<Tally.Cell> contradictions(
            Map<Tally.Cell, Owed> before, Map<Tally.Cell, Tally> theirs, Map<Tally.Cell, Owed> after) {
        Set<Tally.Cell> contradictions = new HashSet<>(theirs.keySet());
        contradictions.addAll(before.keySet());
        contradictions.removeIf(
                cell -> Owed.explains(ours(before, cell), theirs.getOrDefault(cell, Tally.NOTHING), ours(after, cell)));
        return contradictions;
    }

    private static Owed ours(Map<Tally.Cell, Owed> ours, Tally.Cell cell) {
        return ours.getOrDefault(cell, Owed.NOTHING);
    }

    private static List<Compared> compared(
            Map<Tally.Cell, Owed> ours, Map<Tally.Cell, Tally> theirs, Predicate<Tally.Cell> wanted) {
        return Stream.concat(ours.keySet().stream(), theirs.keySet().stream())
                .distinct()
                .filter(wanted)
                .sorted(Comparator.comparing(Tally.Cell::hour)
                        .thenComparing(Tally.Cell::tenantId)
                        .thenComparing(Tally.Cell::resourceType))
                .map(cell -> compared(cell, ours(ours, cell), theirs.getOrDefault(cell, Tally.NOTHING)))
                .toList();
    }

    private static Compared compared(Tally.Cell cell, Owed here, Tally there) {
        return new Compared(
                cell.tenantId(),
                cell.resourceType(),
                cell.hour(),
                here.acknowledged().count(),
                there.count(),
                here.acknowledged().quantity(),
                there.quantity(),
                here.pending().count(),
                here.parked().count());
    }

    private String query(Instant from, Instant to) {
        return "/api/billing/usage/digest?from=" + encode(from.toString()) + "&to=" + encode(to.toString())
                + "&group=tenant,resource,hour&source=" + encode(settings.poolId());
    }

    private static void read(JsonNode digest, Map<Tally.Cell, Tally> told) {
        JsonNode rows = digest.path("rows");
        if (!rows.isArray()) {
            throw unclear();
        }
        for (JsonNode row : rows) {
            boolean whole = row.path("tenant_id").isTextual()
                    && row.path("resource_type").isTextual()
                    && row.path("count").isIntegralNumber()
                    && row.path("quantity").isNumber();
            if (!whole) {
                throw unclear();
            }
            Tally.Cell cell = new Tally.Cell(
                    row.path("tenant_id").asText(), row.path("resource_type").asText(), hour(row));
            Tally tally = new Tally(
                    row.path("count").longValue(), row.path("quantity").decimalValue());
            // An hour may come in two parts, where two questions met.
            told.merge(cell, tally, Tally::plus);
        }
    }

    private static Instant hour(JsonNode row) {
        try {
            return Instant.parse(row.path("hour").asText());
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

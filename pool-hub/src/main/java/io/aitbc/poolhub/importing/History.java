package io.aitbc.poolhub.importing;

import io.aitbc.capacity.CapacitySnapshot;
import io.aitbc.poolhub.capacity.SnapshotBook;
import io.aitbc.poolhub.importing.ImportKind.ImportedSnapshot;
import io.aitbc.poolhub.importing.ImportKind.IntervalRow;
import io.aitbc.poolhub.importing.ImportKind.MatchResultRow;
import io.aitbc.poolhub.importing.ImportKind.OutcomeRow;
import io.aitbc.poolhub.importing.ImportKind.Row;
import io.aitbc.poolhub.importing.ImportedLines.Parsed;
import io.aitbc.poolhub.match.TrustHistory;
import io.aitbc.poolhub.usage.UsageEvents;
import io.aitbc.poolhub.usage.UsageFact;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes history in: each line is good or bad for itself, and the same row twice is one row. */
@Service
class History {

    /** A line that was not taken. */
    record Refused(int line, String detail) {}

    /** What came of a call. */
    record Report(int received, int inserted, int duplicates, List<Refused> rejected) {}

    private final ImportedLines lines;
    private final ImportedRows rows;
    private final SnapshotBook snapshots;
    private final TrustHistory trust;
    private final UsageEvents usage;
    private final AuditLog audit;
    private final TransactionTemplate transaction;

    History(
            ImportedLines lines,
            ImportedRows rows,
            SnapshotBook snapshots,
            TrustHistory trust,
            UsageEvents usage,
            AuditLog audit,
            TransactionTemplate transaction) {
        this.lines = lines;
        this.rows = rows;
        this.snapshots = snapshots;
        this.trust = trust;
        this.usage = usage;
        this.audit = audit;
        this.transaction = transaction;
    }

    Report intervals(Caller caller, InputStream body) throws IOException {
        Parsed<IntervalRow> parsed = lines.parse(body, IntervalRow.class, IntervalRow::minerId);
        return store(caller, "intervals", parsed, all -> {
            Set<UUID> written = rows.intervals(all);
            Set<UUID> present = rows.present("miner_state_intervals", ids(all));
            return row -> written.contains(row.id()) || present.contains(row.id()) ? written.contains(row.id()) : null;
        });
    }

    Report matchResults(Caller caller, InputStream body) throws IOException {
        return store(
                caller,
                "match-results",
                lines.parse(body, MatchResultRow.class, MatchResultRow::minerId),
                all -> written(rows.matchResults(all)));
    }

    Report outcomes(Caller caller, InputStream body) throws IOException {
        return store(caller, "outcomes", lines.parse(body, OutcomeRow.class, OutcomeRow::minerId), all -> {
            Set<UUID> written = rows.outcomes(all);
            trust.learn(written);
            return written(written);
        });
    }

    Report snapshots(Caller caller, InputStream body) throws IOException {
        return store(
                caller,
                "snapshots",
                lines.parse(body, ImportedSnapshot.class, row -> null),
                all -> written(
                        snapshots.store(all.stream().map(History::snapshot).toList())));
    }

    Report usage(Caller caller, InputStream body, boolean bill) throws IOException {
        Parsed<UsageRow> parsed = lines.parse(body, UsageRow.class, row -> null);
        int inserted = Objects.requireNonNull(transaction.execute(status -> {
            List<UsageFact> facts =
                    parsed.good().values().stream().map(History::fact).toList();
            int fresh = bill ? usage.record(facts) : usage.recordUnbilled(facts);
            audit(caller, bill ? "usage, to be billed" : "usage", parsed.received(), fresh);
            return fresh;
        }));
        return new Report(parsed.received(), inserted, parsed.good().size() - inserted, parsed.refused());
    }

    private static CapacitySnapshot snapshot(ImportedSnapshot imported) {
        return imported.row().snapshot(Map.of("source", "import"));
    }

    private static UsageFact fact(UsageRow row) {
        return new UsageFact(
                Objects.requireNonNull(row.eventId()),
                Objects.requireNonNull(row.tenantId()),
                row.minerId(),
                row.jobId(),
                Objects.requireNonNull(row.resourceType()),
                Objects.requireNonNull(row.quantity()),
                row.unitPrice(),
                Objects.requireNonNull(row.occurredAt()),
                row.periodStart(),
                row.periodEnd(),
                row.metadata() == null ? Map.of() : withoutNulls(row.metadata()),
                "import");
    }

    private static Map<String, Object> withoutNulls(Map<String, Object> metadata) {
        Map<String, Object> kept = new LinkedHashMap<>(metadata);
        kept.values().removeIf(Objects::isNull);
        return kept;
    }

    /** True: written now. False: there before. Null: contradicts what is there. */
    private interface Verdicts<T> extends Function<T, @Nullable Boolean> {}

    private static <T extends Row> Verdicts<T> written(Set<UUID> ids) {
        return row -> ids.contains(row.id());
    }

    private <T extends Row> Report store(
            Caller caller, String kind, Parsed<T> parsed, Function<List<T>, Verdicts<T>> write) {
        List<Refused> refused = new ArrayList<>(parsed.refused());
        int[] counts = new int[2];
        transaction.executeWithoutResult(status -> {
            if (!parsed.good().isEmpty()) {
                Verdicts<T> verdicts = write.apply(List.copyOf(parsed.good().values()));
                Set<@Nullable UUID> counted = new HashSet<>();
                parsed.good().forEach((line, row) -> {
                    Boolean verdict = verdicts.apply(row);
                    if (verdict == null) {
                        refused.add(new Refused(line, "It overlaps an interval of this miner that is known already."));
                    } else {
                        counts[verdict && counted.add(row.id()) ? 0 : 1]++;
                    }
                });
            }
            audit(caller, kind, parsed.received(), counts[0]);
        });
        return new Report(parsed.received(), counts[0], counts[1], refused);
    }

    private void audit(Caller caller, String kind, int received, int inserted) {
        audit.record(caller, "import", kind, null, Map.of("received", received, "inserted", inserted));
    }

    private static Collection<UUID> ids(List<? extends Row> all) {
        return all.stream().map(row -> Objects.requireNonNull(row.id())).toList();
    }
}

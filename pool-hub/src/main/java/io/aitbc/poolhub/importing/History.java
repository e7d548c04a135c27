package io.aitbc.poolhub.importing;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.poolhub.importing.ImportKind.IntervalRow;
import io.aitbc.poolhub.importing.ImportKind.MatchResultRow;
import io.aitbc.poolhub.importing.ImportKind.OutcomeRow;
import io.aitbc.poolhub.importing.ImportKind.Row;
import io.aitbc.poolhub.importing.ImportKind.SnapshotRow;
import io.aitbc.poolhub.usage.UsageEvents;
import io.aitbc.poolhub.usage.UsageFact;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.NdJson;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
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

    static final int MOST_LINES = 10_000;

    /** A line that was not taken. */
    record Refused(int line, String detail) {}

    /** What came of a call. */
    record Report(int received, int inserted, int duplicates, List<Refused> rejected) {}

    private record Parsed<T>(Map<Integer, T> good, List<Refused> refused, int received) {}

    private final ImportedRows rows;
    private final UsageEvents usage;
    private final AuditLog audit;
    private final ObjectMapper json;
    private final TransactionTemplate transaction;
    private final Clock clock;

    History(
            ImportedRows rows,
            UsageEvents usage,
            AuditLog audit,
            ObjectMapper json,
            TransactionTemplate transaction,
            Clock clock) {
        this.rows = rows;
        this.usage = usage;
        this.audit = audit;
        this.json = json;
        this.transaction = transaction;
        this.clock = clock;
    }

    Report intervals(Caller caller, InputStream body) throws IOException {
        Parsed<IntervalRow> parsed = parse(body, IntervalRow.class, IntervalRow::minerId);
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
                parse(body, MatchResultRow.class, MatchResultRow::minerId),
                all -> written(rows.matchResults(all)));
    }

    Report outcomes(Caller caller, InputStream body) throws IOException {
        return store(
                caller,
                "outcomes",
                parse(body, OutcomeRow.class, OutcomeRow::minerId),
                all -> written(rows.outcomes(all)));
    }

    Report snapshots(Caller caller, InputStream body) throws IOException {
        return store(
                caller, "snapshots", parse(body, SnapshotRow.class, row -> null), all -> written(rows.snapshots(all)));
    }

    Report usage(Caller caller, InputStream body, boolean bill) throws IOException {
        Parsed<UsageRow> parsed = parse(body, UsageRow.class, row -> null);
        int inserted = Objects.requireNonNull(transaction.execute(status -> {
            List<UsageFact> facts =
                    parsed.good().values().stream().map(History::fact).toList();
            int fresh = bill ? usage.record(facts) : usage.recordUnbilled(facts);
            audit(caller, bill ? "usage, to be billed" : "usage", parsed.received(), fresh);
            return fresh;
        }));
        return new Report(parsed.received(), inserted, parsed.good().size() - inserted, parsed.refused());
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

    private <T extends Row> Parsed<T> parse(InputStream body, Class<T> type, Function<T, @Nullable String> minerOf)
            throws IOException {
        Instant now = clock.instant();
        Map<Integer, T> good = new LinkedHashMap<>();
        List<Refused> refused = new ArrayList<>();
        int[] received = {0};
        NdJson.read(body, json, type, MOST_LINES, line -> {
            received[0]++;
            T row = line.value();
            String fault = row == null ? line.error() : row.fault(now);
            if (fault == null && row != null) {
                good.put(line.number(), row);
            } else {
                refused.add(new Refused(line.number(), String.valueOf(fault)));
            }
        });
        refuseUnknownMiners(good, refused, minerOf);
        return new Parsed<>(good, refused, received[0]);
    }

    private <T> void refuseUnknownMiners(
            Map<Integer, T> good, List<Refused> refused, Function<T, @Nullable String> minerOf) {
        Set<String> named = new HashSet<>();
        good.values().forEach(row -> {
            String miner = minerOf.apply(row);
            if (miner != null) {
                named.add(miner.replace("\0", ""));
            }
        });
        if (named.isEmpty()) {
            return;
        }
        Set<String> known = rows.known(named);
        good.entrySet().removeIf(entry -> {
            String miner = minerOf.apply(entry.getValue());
            boolean unknown = miner != null && !known.contains(miner);
            if (unknown) {
                refused.add(new Refused(entry.getKey(), "There is no such miner; register it first."));
            }
            return unknown;
        });
    }

    private static Collection<UUID> ids(List<? extends Row> all) {
        return all.stream().map(row -> Objects.requireNonNull(row.id())).toList();
    }
}

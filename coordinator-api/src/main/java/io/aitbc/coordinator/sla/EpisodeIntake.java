package io.aitbc.coordinator.sla;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Takes episodes that pools report: each is good or bad for itself, and what was said before changes nothing. */
@Service
class EpisodeIntake {

    /** What became of a row. */
    enum Verdict {
        ACCEPTED,
        /** This revision, or a later one, is known. */
        DUPLICATE,
        REJECTED
    }

    /** The answer to one row. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Result(
            int index,
            @Nullable UUID episodeId,
            Verdict verdict,
            @Nullable String detail) {}

    /** What came of a call. */
    record Report(long accepted, long duplicates, long rejected, List<Result> results) {

        static Report of(List<Result> results) {
            return new Report(
                    count(results, Verdict.ACCEPTED),
                    count(results, Verdict.DUPLICATE),
                    count(results, Verdict.REJECTED),
                    results);
        }

        private static long count(List<Result> results, Verdict verdict) {
            return results.stream()
                    .filter(result -> result.verdict() == verdict)
                    .count();
        }
    }

    private final EpisodeBook book;
    private final AuditLog audit;
    private final Clock clock;

    EpisodeIntake(EpisodeBook book, AuditLog audit, Clock clock) {
        this.book = book;
        this.audit = audit;
        this.clock = clock;
    }

    /** Takes a pool's rows. When this returns they are durable. */
    @Transactional
    public Report take(Caller caller, String source, List<EpisodeRow> rows) {
        Instant now = clock.instant();
        Map<UUID, EpisodeRow> latest = new HashMap<>();
        List<@Nullable String> faults = new ArrayList<>();
        for (EpisodeRow row : rows) {
            String fault = row.fault(now);
            faults.add(fault);
            if (fault == null) {
                latest.merge(Objects.requireNonNull(row.episodeId()), row, EpisodeIntake::later);
            }
        }
        Set<UUID> stored = latest.isEmpty() ? Set.of() : book.store(source, latest.values(), now);
        Set<UUID> others = stored.size() == latest.size() ? Set.of() : book.others(source, latest.values());
        List<Result> results = new ArrayList<>();
        for (int index = 0; index < rows.size(); index++) {
            EpisodeRow row = rows.get(index);
            UUID id = row.episodeId();
            String fault = faults.get(index);
            if (fault != null || id == null) {
                results.add(new Result(index, id, Verdict.REJECTED, fault));
            } else if (others.contains(id)) {
                results.add(new Result(
                        index, id, Verdict.REJECTED, "This id is known for another miner, metric or begin."));
            } else {
                boolean news = stored.contains(id) && latest.get(id) == row;
                results.add(new Result(index, id, news ? Verdict.ACCEPTED : Verdict.DUPLICATE, null));
            }
        }
        Report report = Report.of(results);
        if (!stored.isEmpty()) {
            audit.record(
                    caller,
                    "sla.report",
                    source,
                    null,
                    Map.of(
                            "accepted",
                            report.accepted(),
                            "duplicates",
                            report.duplicates(),
                            "rejected",
                            report.rejected()));
        }
        return report;
    }

    private static EpisodeRow later(EpisodeRow one, EpisodeRow other) {
        return Objects.requireNonNull(other.revision()) > Objects.requireNonNull(one.revision()) ? other : one;
    }
}

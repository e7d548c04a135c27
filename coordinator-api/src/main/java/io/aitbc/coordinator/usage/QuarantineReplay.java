package io.aitbc.coordinator.usage;

import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Tries quarantined events again once their cause is mended. */
@Service
class QuarantineReplay {

    /** What became of one entry. */
    record Result(
            UUID quarantineId,
            @Nullable String eventId,
            Verdict verdict,
            @Nullable RejectionCode code,
            @Nullable String detail) {}

    /**
     * What became of all that were tried.
     *
     * @param next where to go on, null when nothing is left
     */
    record Report(
            int replayed,
            int accepted,
            int duplicates,
            int conflicts,
            int rejected,
            @Nullable String next,
            List<Result> results) {}

    private record Tried(IngestReport report, Report told) {}

    private final QuarantinedEvents quarantine;
    private final UsageIntake intake;
    private final LedgerWriter writer;
    private final IntakeRecord record;
    private final TransactionTemplate transaction;

    QuarantineReplay(
            QuarantinedEvents quarantine,
            UsageIntake intake,
            LedgerWriter writer,
            IntakeRecord record,
            PlatformTransactionManager transactions) {
        this.quarantine = quarantine;
        this.intake = intake;
        this.writer = writer;
        this.record = record;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** Tries the entries again, all in one transaction; those that still break a rule stay. */
    Report replay(Caller caller, QuarantinedEvents.Filter filter, @Nullable String cursor, int limit) {
        Tried tried = Objects.requireNonNull(
                transaction.execute(status -> tryAgain(caller, quarantine.lock(filter, cursor, limit), limit)));
        record.done(tried.report());
        return tried.told();
    }

    /**
     * Closes an entry that is not to be tried again, and so no longer holds up invoices.
     *
     * @throws Problem 404 when there is none of that id, 409 when it is closed already
     */
    void dismiss(Caller caller, UUID id, String reason) {
        transaction.executeWithoutResult(status -> {
            QuarantinedEvents.Entry entry = quarantine
                    .dismiss(id, reason, record.now())
                    .orElseThrow(() -> Problem.notFound("unknown-entry", "The quarantine has no entry " + id + "."));
            record.dismissed(caller, entry, reason);
        });
    }

    private Tried tryAgain(Caller caller, List<QuarantinedEvents.Entry> entries, int limit) {
        List<EventDraft> drafts = new ArrayList<>(entries.size());
        for (QuarantinedEvents.Entry entry : entries) {
            drafts.add(EventReader.one(entry.payload().getBytes(StandardCharsets.UTF_8), drafts.size()));
        }
        Intake judged = intake.judge(drafts, index -> entries.get(index).eventId());
        writer.prepare(judged);
        IngestReport report = writer.write(judged);
        record.replayed(caller, report);

        Map<UUID, Verdict> through = new LinkedHashMap<>();
        List<Result> results = new ArrayList<>(entries.size());
        for (EventResult result : report.results()) {
            UUID id = entries.get(result.index()).quarantineId();
            if (result.verdict() == Verdict.ACCEPTED || result.verdict() == Verdict.DUPLICATE) {
                through.put(id, result.verdict());
            }
            results.add(new Result(id, result.eventId(), result.verdict(), result.code(), result.detail()));
        }
        quarantine.resolve(through, record.now());
        String next = entries.size() < limit
                ? null
                : Cursors.encode(entries.get(limit - 1).quarantineId().toString());
        return new Tried(
                report,
                new Report(
                        results.size(),
                        report.accepted(),
                        report.duplicates(),
                        report.conflicts(),
                        report.rejected(),
                        next,
                        results));
    }
}

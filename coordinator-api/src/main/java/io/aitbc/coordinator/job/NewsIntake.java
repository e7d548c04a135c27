package io.aitbc.coordinator.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Takes what pool-hubs tell of jobs: each piece of news once, in any order, and each good or bad for itself. */
@Service
class NewsIntake {

    /** What became of one. */
    enum Verdict {
        ACCEPTED,
        DUPLICATE,
        REJECTED
    }

    /** The same as an answer. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Result(
            int index,
            @Nullable String eventId,
            Verdict verdict,
            @Nullable String code,
            @Nullable String detail) {}

    /** What came of a call, in its order. */
    record Report(int accepted, int duplicates, int rejected, List<Result> results) {

        static Report of(List<Result> results) {
            return new Report(
                    count(results, Verdict.ACCEPTED),
                    count(results, Verdict.DUPLICATE),
                    count(results, Verdict.REJECTED),
                    results);
        }

        private static int count(List<Result> results, Verdict verdict) {
            return (int)
                    results.stream().filter(one -> one.verdict() == verdict).count();
        }
    }

    private static final UUID NOBODYS = new UUID(0, 0);

    private final TenantJobs jobs;
    private final JobLedger ledger;
    private final Placement.Outcomes outcomes;
    private final AuditLog audit;
    private final ObjectMapper json;
    private final Clock clock;

    NewsIntake(
            TenantJobs jobs,
            JobLedger ledger,
            Placement.Outcomes outcomes,
            AuditLog audit,
            ObjectMapper json,
            Clock clock) {
        this.jobs = jobs;
        this.ledger = ledger;
        this.outcomes = outcomes;
        this.audit = audit;
        this.json = json;
        this.clock = clock;
    }

    /** Takes a request's news. When this returns they are durable; when it throws nothing of them is. */
    Report take(Caller caller, List<JsonNode> told) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Result[] results = new Result[told.size()];
        Map<Integer, JobNews> good = new TreeMap<>();
        for (int i = 0; i < told.size(); i++) {
            results[i] = read(i, told.get(i), now, good);
        }
        List<Progress> changed = new ArrayList<>();
        Report report = Objects.requireNonNull(outcomes.transactions().execute(status -> {
            changed.clear();
            return apply(caller, good, results.clone(), changed, now);
        }));
        changed.forEach(this::count);
        return report;
    }

    private @Nullable Result read(int index, JsonNode told, Instant now, Map<Integer, JobNews> good) {
        String id = told.path("event_id").isTextual() ? told.path("event_id").asText() : null;
        String fault;
        try {
            JobNews news = json.treeToValue(told, JobNews.class);
            fault = news == null ? "each piece of news must be an object" : news.fault();
            if (news != null && fault == null) {
                good.put(index, news.notAheadOf(now));
                return null;
            }
        } catch (JsonProcessingException | IllegalArgumentException e) {
            fault = "it cannot be read: a field is of the wrong kind";
        }
        return new Result(index, id == null || id.length() > 64 ? null : id, Verdict.REJECTED, "BAD_FIELD", fault);
    }

    private Report apply(
            Caller caller, Map<Integer, JobNews> good, Result[] results, List<Progress> changed, Instant now) {
        Map<UUID, Progress> known = new HashMap<>();
        Set<UUID> named = good.values().stream().map(NewsIntake::poolJobId).collect(Collectors.toSet());
        jobs.lock(named).forEach(job -> known.put(job.poolJobId(), Progress.of(job)));
        List<JobNews> ofKnown = good.values().stream()
                .filter(news -> known.containsKey(poolJobId(news)))
                .toList();
        Set<JobLedger.Key> fresh = ofKnown.isEmpty() ? Set.of() : ledger.add(ofKnown, now);
        Set<JobLedger.Key> seen = new HashSet<>();
        List<JobNews> toApply = new ArrayList<>();
        good.forEach((index, news) -> {
            String id = String.valueOf(news.eventId());
            if (!known.containsKey(poolJobId(news))) {
                String detail = "No tenant submitted a job of that name here.";
                results[index] = new Result(index, id, Verdict.REJECTED, "UNKNOWN_JOB", detail);
            } else if (fresh.contains(JobLedger.Key.of(news)) && seen.add(JobLedger.Key.of(news))) {
                toApply.add(news);
                results[index] = new Result(index, id, Verdict.ACCEPTED, null, null);
            } else {
                results[index] = new Result(index, id, Verdict.DUPLICATE, null, null);
            }
        });
        toApply.sort(Comparator.comparing(news -> Objects.requireNonNull(news.revision())));
        toApply.forEach(news ->
                known.computeIfPresent(poolJobId(news), (id, progress) -> progress.after(news, written(news.used()))));
        known.values().stream().filter(Progress::changed).forEach(changed::add);
        Report report = Report.of(List.of(results));
        if (!changed.isEmpty()) {
            ledger.write(changed, now);
            settle(changed);
        }
        // Also news that came too late to change their job are kept.
        if (!toApply.isEmpty()) {
            audit.record(
                    caller,
                    "job.news",
                    String.valueOf(toApply.get(0).source()),
                    null,
                    Map.of("accepted", report.accepted(), "jobs", changed.size()));
        }
        return report;
    }

    /** What jobs used replaces what they reserved; by tenant, so that two calls never wait for each other crosswise. */
    private void settle(List<Progress> changed) {
        changed.stream()
                .filter(Progress::hasEnded)
                .sorted(Comparator.comparing(progress -> progress.job().tenantId()))
                .forEach(progress -> outcomes.admissions()
                        .spent(
                                progress.job().tenantId(),
                                progress.job().poolJobId().toString(),
                                Objects.requireNonNull(
                                        Objects.requireNonNull(progress.end()).used())));
    }

    private void count(Progress progress) {
        TenantJob job = progress.job();
        if (progress.hasStarted() && job.startedAt() != null) {
            outcomes.meters().started(job.submittedAt(), job.startedAt());
        }
        if (progress.hasEnded() && job.finishedAt() != null) {
            outcomes.meters().over(job.state(), job.submittedAt(), job.startedAt(), job.finishedAt());
        }
    }

    /** The job that it is about; a name that is none of ours is nobody's. */
    private static UUID poolJobId(JobNews news) {
        try {
            return UUID.fromString(String.valueOf(news.jobId()));
        } catch (IllegalArgumentException e) {
            return NOBODYS;
        }
    }

    private @Nullable String written(@Nullable Object used) {
        try {
            return used == null ? null : json.writeValueAsString(used);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what a job used cannot be written as JSON", e);
        }
    }
}

package io.aitbc.agent.simulation;

import io.aitbc.agent.simulation.HistoryRow.MatchResult;
import io.aitbc.agent.simulation.HistoryRow.Outcome;
import io.aitbc.agent.simulation.HistoryRow.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one miner was offered, what it made of it, and what that costs its tenants. */
final class WorkHistory {

    private static final Duration MEAN_GAP = Duration.ofMinutes(72);
    private static final double WON = 0.35;
    private static final String[] FAIL_CODES = {"cuda_error", "out_of_memory", "job_timeout"};
    private static final int OFFERS_SINCE_REPAIR = 110;
    private static final Duration SLA_OUTCOMES = Duration.ofDays(7);
    private static final double RATE_AFTER_REPAIR = 0.95;

    private final SimulatedMiner miner;
    private final FactIds ids;
    private final Span past;
    private final Absences absences;
    private final Chance chance;
    private final Instant repaired;
    private final UsageRows bill;
    private final List<MatchResult> matchResults = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<Outcome> running = new ArrayList<>();
    private int jobs;

    WorkHistory(SimulatedMiner miner, FactIds ids, Span past, Absences absences) {
        this.miner = miner;
        this.ids = ids;
        this.past = past;
        this.absences = absences;
        this.chance = Chance.of(ids.seed(), "work", miner.number());
        this.repaired = past.to().minus(MinerHistory.SINCE_REPAIR);
        this.bill = new UsageRows(miner, ids);
        ordinaryDays();
        sinceRepair();
    }

    private void ordinaryDays() {
        Instant now = past.from();
        while (true) {
            now = now.plus(chance.waitFor(scaled(MEAN_GAP, 1 / Demand.at(now))));
            if (!now.isBefore(past.to())) {
                return;
            }
            Optional<Span> absent = absences.at(now);
            if (absent.isPresent()) {
                now = absent.get().to();
                continue;
            }
            DemoTenant tenant = DemoTenant.draw(chance);
            String jobId = offer(now);
            bill.call(tenant, now);
            int gpus = chance.between(1, miner.gpuCount());
            if (chance.happens(WON) && gpus <= freeGpus(now)) {
                job(
                        jobId,
                        tenant.tenantId(),
                        gpus,
                        now.plus(chance.between(Duration.ofSeconds(2), Duration.ofSeconds(20))));
            }
        }
    }

    private int freeGpus(Instant now) {
        running.removeIf(job -> !job.finishedAt().isAfter(now));
        return miner.gpuCount() - running.stream().mapToInt(Outcome::gpuCount).sum();
    }

    /** Runs a job, unless the miner is gone before it starts, or it would still run when this past ends. */
    private void job(String jobId, String tenantId, int gpus, Instant start) {
        Span planned = new Span(start, start.plus(chance.jobLength()));
        boolean fails = chance.happens(miner.failureRate(start.isBefore(repaired)));
        double doneBeforeFailing = chance.between(5, 95) / 100.0;
        String failCode = null;
        Instant end = planned.to();
        Optional<Span> lost = absences.beginningIn(planned);
        if (lost.isPresent()) {
            failCode = "miner_lost";
            end = lost.get().from();
        } else if (fails) {
            failCode = chance.oneOf(FAIL_CODES);
            Duration run = scaled(Duration.between(start, end), doneBeforeFailing);
            end = start.plusSeconds(Math.max(1, run.toSeconds()));
        }
        if (absences.at(start).isEmpty() && end.isBefore(past.to()) && end.isAfter(start)) {
            Outcome outcome = outcome(jobId, tenantId, failCode, gpus, start, end);
            running.add(outcome);
            if (failCode == null) {
                bill.job(outcome);
            }
        }
    }

    /** After its repair a miner is tried out at length, on nobody's account. */
    private void sinceRepair() {
        Duration hour = MinerHistory.SINCE_REPAIR;
        if (miner.personality() == Personality.ONCE_SLOW) {
            Duration gap = hour.dividedBy(OFFERS_SINCE_REPAIR + 1);
            for (int n = 1; n <= OFFERS_SINCE_REPAIR; n++) {
                offer(repaired.plus(gap.multipliedBy(n)));
            }
        }
        if (miner.personality() == Personality.ONCE_FAILING) {
            int runs = trialsNeeded();
            Duration gap = hour.dividedBy(runs + 1L);
            for (int n = 0; n < runs; n++) {
                Instant start = repaired.plus(gap.multipliedBy(n));
                outcome(offer(start), null, null, 1, start, start.plus(gap));
            }
        }
    }

    /** How many trials in a row lift the completion rate of the last week to where it ought to be. */
    private int trialsNeeded() {
        Instant weekAgo = past.to().minus(SLA_OUTCOMES);
        List<Outcome> counted =
                outcomes.stream().filter(o -> o.recordedAt().isAfter(weekAgo)).toList();
        long completed =
                counted.stream().filter(o -> o.outcome().equals("completed")).count();
        int trials = 0;
        while (completed + trials < RATE_AFTER_REPAIR * (counted.size() + trials)) {
            trials++;
        }
        return trials;
    }

    private String offer(Instant at) {
        int n = jobs++;
        String jobId = ids.job(miner.number(), n);
        matchResults.add(new MatchResult(
                ids.of("match", miner.number(), n),
                miner.id(),
                jobId,
                chance.latency(miner.latencyMs(at.isBefore(repaired))),
                chance.between(550, 950) / 1000.0,
                at));
        return jobId;
    }

    private Outcome outcome(
            String jobId, @Nullable String tenantId, @Nullable String failCode, int gpus, Instant start, Instant end) {
        Outcome outcome = new Outcome(
                ids.of("outcome", miner.number(), outcomes.size()),
                jobId,
                miner.id(),
                tenantId,
                failCode == null ? "completed" : "failed",
                chance.latency(miner.latencyMs(start.isBefore(repaired))),
                failCode,
                gpus,
                start,
                end,
                end);
        outcomes.add(outcome);
        return outcome;
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofMillis(Math.round(duration.toMillis() * factor));
    }

    List<MatchResult> matchResults() {
        return matchResults;
    }

    List<Outcome> outcomes() {
        return outcomes;
    }

    List<Usage> usage() {
        return bill.rows();
    }
}

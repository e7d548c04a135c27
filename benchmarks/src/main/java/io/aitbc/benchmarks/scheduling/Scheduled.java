package io.aitbc.benchmarks.scheduling;

import io.aitbc.benchmarks.scheduling.Day.Job;
import io.aitbc.gpu.scheduling.Decision;
import io.aitbc.gpu.scheduling.Decision.Place;
import io.aitbc.gpu.scheduling.Decision.Preempt;
import io.aitbc.gpu.scheduling.GpuSlot;
import io.aitbc.gpu.scheduling.Outcome;
import io.aitbc.gpu.scheduling.Policy;
import io.aitbc.gpu.scheduling.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The library's scheduler, told of the GPUs' health or not. */
final class Scheduled implements Dispatcher {

    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

    private final Scheduler scheduler = new Scheduler(Policy.standard());
    private final boolean aware;

    Scheduled(List<GpuSlot> gpus, boolean aware) {
        gpus.forEach(scheduler::put);
        this.aware = aware;
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }

    @Override
    public void submit(Job job, int now) {
        scheduler.submit(job.request(), at(now));
    }

    @Override
    public Orders next(int now) {
        List<Start> starts = new ArrayList<>();
        List<String> stops = new ArrayList<>();
        for (Decision decision : scheduler.schedule(at(now))) {
            if (decision instanceof Place place) {
                starts.add(new Start(place.jobId(), place.gpuUuids()));
            } else if (decision instanceof Preempt preempt) {
                stops.add(preempt.jobId());
            }
        }
        return new Orders(starts, stops);
    }

    @Override
    public void stopped(String jobId, int now, int done) {
        scheduler.stopped(jobId, at(now), Duration.ofSeconds(done));
    }

    @Override
    public void completed(String jobId, int now) {
        scheduler.ended(jobId, Outcome.COMPLETED, at(now));
    }

    @Override
    public void died(Job job, int now, int done) {
        // Who is not told of health is not told either that failures may be a machine's.
        scheduler.ended(job.request().id(), aware ? Outcome.FAILED : Outcome.CANCELLED, at(now));
        scheduler.submit(job.request(), at(now), Duration.ofSeconds(done));
    }

    @Override
    public List<String> health(GpuSlot gpu) {
        if (!aware) {
            return List.of();
        }
        scheduler.put(gpu);
        boolean mayStay = gpu.isSellable() && gpu.risk() < Policy.standard().riskLimit();
        return scheduler
                .on(gpu.uuid())
                .filter(job -> !mayStay && (job.job().preemptible() || !gpu.isSellable()))
                .flatMap(job -> scheduler.preemptJob(job.job().id(), "its GPU is not well"))
                .map(Preempt::jobId)
                .stream()
                .toList();
    }
}

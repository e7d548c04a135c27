package io.aitbc.benchmarks.scheduling;

import io.aitbc.benchmarks.scheduling.Day.Illness;
import io.aitbc.benchmarks.scheduling.Day.Job;
import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.scheduling.GpuSlot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;

/** Lives through a day with one way to schedule. */
final class DaySimulation {

    private static final int TICK = 10;
    private static final int STOPPING = 10;
    private static final int DIES_AGAIN_AFTER = 60;
    private static final int DIES_IN_HOLE_AFTER = 30;

    private record Event(int at, long order, Runnable what) {}

    /** A job on its GPUs. */
    private static final class Attempt {
        private final List<String> gpus;
        private final int start;
        private final int doneBefore;
        private boolean over;

        Attempt(List<String> gpus, int start, int doneBefore) {
            this.gpus = gpus;
            this.start = start;
            this.doneBefore = doneBefore;
        }
    }

    private final Day day;
    private final Dispatcher dispatcher;
    private final Outcome outcome;
    private final Map<String, Job> jobs = new HashMap<>();
    private final Map<String, GpuSlot> gpus = new HashMap<>();
    private final Map<String, List<Illness>> illnesses = new HashMap<>();
    private final Map<String, Integer> done = new HashMap<>();
    private final Set<String> started = new HashSet<>();
    private final Set<String> completed = new HashSet<>();
    private final Map<String, Attempt> running = new HashMap<>();
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            (a, b) -> a.at() != b.at() ? Integer.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
    private long order;
    private int now;

    private DaySimulation(Day day, Dispatcher dispatcher) {
        this.day = day;
        this.dispatcher = dispatcher;
        this.outcome = new Outcome(day.gpus().size());
    }

    static Outcome run(Day day, Dispatcher dispatcher) {
        return new DaySimulation(day, dispatcher).live();
    }

    private Outcome live() {
        day.gpus().forEach(gpu -> gpus.put(gpu.uuid(), gpu));
        for (Job job : day.jobs()) {
            jobs.put(job.request().id(), job);
            at(job.arrival(), () -> dispatcher.submit(job, now));
        }
        for (Illness illness : day.illnesses()) {
            illnesses.computeIfAbsent(illness.gpu(), id -> new ArrayList<>()).add(illness);
            GpuSlot well = Objects.requireNonNull(gpus.get(illness.gpu()));
            if (illness.warns() < illness.alerts()) {
                at(illness.warns(), () -> tell(well.in(GpuState.HEALTHY, false, 0.9)));
            }
            at(illness.alerts(), () -> tell(well.in(GpuState.QUARANTINED, true, 1)));
            at(illness.repaired(), () -> tell(well));
        }
        for (now = 0; now < Day.SECONDS; now += TICK) {
            while (!events.isEmpty() && Objects.requireNonNull(events.peek()).at() <= now) {
                Objects.requireNonNull(events.poll()).what().run();
            }
            Dispatcher.Orders orders = dispatcher.next(now);
            orders.stops().forEach(this::stop);
            orders.starts().forEach(this::start);
        }
        now = Day.SECONDS;
        running.forEach((id, attempt) -> {
            outcome.ran(gpuSeconds(attempt), 0);
            done.put(id, attempt.doneBefore + now - attempt.start);
        });
        for (Job job : day.jobs()) {
            if (!completed.contains(job.request().id())) {
                outcome.delayed(
                        job,
                        Day.SECONDS
                                - job.arrival()
                                - done.getOrDefault(job.request().id(), 0));
            }
            if (!started.contains(job.request().id())) {
                outcome.waited(job, Day.SECONDS - job.arrival());
            }
        }
        return outcome;
    }

    private void at(int when, Runnable what) {
        events.add(new Event(when, order++, what));
    }

    private void tell(GpuSlot gpu) {
        dispatcher.health(gpu).forEach(this::stop);
    }

    private void start(Dispatcher.Start start) {
        Job job = Objects.requireNonNull(jobs.get(start.jobId()));
        if (started.add(start.jobId())) {
            outcome.waited(job, now - job.arrival());
        }
        Attempt attempt = new Attempt(start.gpus(), now, done.getOrDefault(start.jobId(), 0));
        running.put(start.jobId(), attempt);
        int ends = now + job.work() - attempt.doneBefore;
        int dies = dies(start.gpus());
        if (dies < ends) {
            at(dies, () -> die(job, attempt));
        } else {
            at(ends, () -> complete(job, attempt));
        }
    }

    /** When a job that starts now dies of its GPUs. */
    private int dies(List<String> on) {
        int dies = Integer.MAX_VALUE;
        String node = Objects.requireNonNull(gpus.get(on.get(0))).node();
        for (Day.Hole hole : day.holes()) {
            if (hole.node().equals(node) && hole.from() <= now && now < hole.repaired()) {
                dies = now + DIES_IN_HOLE_AFTER;
            }
        }
        for (String gpu : on) {
            for (Illness illness : illnesses.getOrDefault(gpu, List.of())) {
                if (now < illness.repaired()) {
                    dies = Math.min(dies, Math.max(illness.fails(), now + DIES_AGAIN_AFTER));
                }
            }
        }
        return dies;
    }

    private void complete(Job job, Attempt attempt) {
        if (!attempt.over) {
            over(job, attempt, 0);
            outcome.completed();
            outcome.delayed(job, now - job.arrival() - job.work());
            completed.add(job.request().id());
            dispatcher.completed(job.request().id(), now);
        }
    }

    private void die(Job job, Attempt attempt) {
        if (!attempt.over) {
            int total = attempt.doneBefore + now - attempt.start;
            int saved = job.saves() == 0 ? 0 : Math.max(attempt.doneBefore, total / job.saves() * job.saves());
            over(job, attempt, total - saved);
            outcome.died();
            done.put(job.request().id(), saved);
            dispatcher.died(job, now, saved);
        }
    }

    /** Who may be preempted saves what it has done when it is told to stop; who may not loses what it did not save. */
    private void stop(String jobId) {
        Attempt attempt = running.get(jobId);
        if (attempt == null) {
            return;
        }
        at(now + STOPPING, () -> {
            if (!attempt.over) {
                Job job = Objects.requireNonNull(jobs.get(jobId));
                int total = attempt.doneBefore + now - attempt.start;
                int saved = job.request().preemptible()
                        ? total
                        : job.saves() == 0 ? 0 : Math.max(attempt.doneBefore, total / job.saves() * job.saves());
                over(job, attempt, total - saved);
                outcome.moved();
                done.put(jobId, saved);
                dispatcher.stopped(jobId, now, saved);
            }
        });
    }

    private void over(Job job, Attempt attempt, int lostSeconds) {
        attempt.over = true;
        running.remove(job.request().id());
        outcome.ran(gpuSeconds(attempt), (long) lostSeconds * attempt.gpus.size());
    }

    private long gpuSeconds(Attempt attempt) {
        return (long) (now - attempt.start) * attempt.gpus.size();
    }
}

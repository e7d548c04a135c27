package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.device.GpuState;
import io.aitbc.gpu.remediation.CircuitBreaker.Trip;
import io.aitbc.gpu.rules.AlertRule;
import io.aitbc.gpu.rules.Condition;
import io.aitbc.gpu.rules.RuleBook;
import io.aitbc.gpu.rules.RuleSet;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.poolhub.telemetry.SampleRows;
import io.aitbc.poolhub.telemetry.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** GPUs as people look at them: what they said, what is expected of them, and what the rules hold against it. */
@Component
public class GpuBoard {

    /**
     * From where on a rule that is in force minds a signal of a GPU.
     *
     * @param level in the signal's unit; of a counter, by how much it may not grow
     * @param within for counters, within which time; null for gauges
     */
    public record Threshold(
            String rule,
            Signal signal,
            double level,
            @Nullable Duration within) {}

    private final Gpus gpus;
    private final SampleRows samples;
    private final GpuOutlook outlook;
    private final SweepBook book;
    private final RuleBook rules;

    GpuBoard(Gpus gpus, SampleRows samples, GpuOutlook outlook, SweepBook book, RuleBook rules) {
        this.gpus = gpus;
        this.samples = samples;
        this.outlook = outlook;
        this.book = book;
        this.rules = rules;
    }

    /**
     * GPUs with what they said last, by UUID.
     *
     * @param model a part of its name in any case; like the others null for any
     * @param after the UUID of the last one seen; empty at the beginning
     */
    public List<GpuView> list(
            @Nullable GpuState state, @Nullable String model, @Nullable String minerId, String after, int limit) {
        return views(gpus.list(new Gpus.Filter(state, model, minerId), after, limit));
    }

    /** The same, those at the highest risk first: after one of this risk and UUID, 1 and empty at the beginning. */
    public List<GpuView> riskiest(
            @Nullable GpuState state,
            @Nullable String model,
            @Nullable String minerId,
            double risk,
            String after,
            int limit) {
        return views(gpus.riskiest(new Gpus.Filter(state, model, minerId), risk, after, limit));
    }

    /**
     * One GPU with what it said last.
     *
     * @throws io.aitbc.service.web.Problem 404 when there is none
     */
    public GpuView get(String gpuUuid) {
        return views(List.of(find(gpuUuid))).get(0);
    }

    /** How a GPU is and what is to be expected of it. */
    public GpuOutlook.Health health(String gpuUuid) {
        return outlook.of(find(gpuUuid));
    }

    /** What a GPU said in [from, to), in the order of time; at most so many, the latest. */
    public List<GpuSample> samples(String gpuUuid, Instant from, Instant to, int limit) {
        find(gpuUuid);
        return samples.of(gpuUuid, from, to, limit).stream().map(Told::sample).toList();
    }

    /** The latest steps of a GPU, the latest first. */
    public List<Transition> transitions(String gpuUuid, int limit) {
        find(gpuUuid);
        return book.transitions(gpuUuid, limit);
    }

    /** What the circuit breaker holds up. */
    public List<Trip> trips() {
        return book.trips();
    }

    /** What the rules in force say of a GPU's gauges and counters; a share of what it did not say is left out. */
    public List<Threshold> thresholds(GpuView view) {
        RuleSet.ForModel forModel = rules.current().forModel(view.gpu().model());
        double board =
                Double.isNaN(forModel.boardPowerWatts()) ? said(view, Signal.POWER_LIMIT) : forModel.boardPowerWatts();
        List<Threshold> known = new ArrayList<>();
        for (AlertRule rule : forModel.rules()) {
            if (rule.shadow()) {
                continue;
            }
            if (rule.when() instanceof Condition.Level gauge) {
                double base = switch (gauge.base()) {
                    case NONE -> 1;
                    case MEMORY_TOTAL -> said(view, Signal.MEMORY_TOTAL);
                    case BOARD_POWER -> board;
                };
                if (!Double.isNaN(base)) {
                    known.add(new Threshold(rule.name(), gauge.signal(), gauge.level() * base, null));
                }
            } else if (rule.when() instanceof Condition.Increase counter) {
                known.add(new Threshold(rule.name(), counter.signal(), counter.atLeast(), counter.within()));
            }
        }
        return known;
    }

    private static double said(GpuView view, Signal signal) {
        Map<String, Object> latest = view.latest();
        return latest != null && latest.get(signal.wireName()) instanceof Number value
                ? value.doubleValue()
                : Double.NaN;
    }

    private Gpu find(String gpuUuid) {
        return gpus.find(gpuUuid).orElseThrow(() -> GpuActions.unknown(gpuUuid));
    }

    private List<GpuView> views(List<Gpu> page) {
        Map<String, Instant> moments = new HashMap<>();
        page.forEach(gpu -> moments.put(gpu.gpuUuid(), gpu.lastSampleAt()));
        Map<String, Told> latest = new HashMap<>();
        samples.at(moments, told -> latest.put(told.sample().device().uuid(), told));
        return page.stream()
                .map(gpu -> {
                    Told told = latest.get(gpu.gpuUuid());
                    return new GpuView(gpu, told == null ? null : GpuView.shown(told.sample()));
                })
                .toList();
    }
}

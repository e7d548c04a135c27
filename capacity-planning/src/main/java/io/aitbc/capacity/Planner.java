package io.aitbc.capacity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.aitbc.capacity.CapacityPlan.Advice;
import io.aitbc.forecasting.Forecast;
import io.aitbc.forecasting.Forecaster;
import io.aitbc.forecasting.Settings;
import io.aitbc.forecasting.planning.Action;
import io.aitbc.forecasting.planning.CapacityRule;
import io.aitbc.forecasting.planning.Recommendation;
import io.aitbc.service.web.Problem;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Forecasts demand and says what to do about it, from what the pools said of themselves. */
public final class Planner {

    private static final long MOST_BYTES = 32L << 20;
    private static final int BYTES_PER_HOUR = 150;
    /** How many may compute at a time: a forecast takes a core for some 50 ms, and a plan one per class. */
    private static final int AT_ONCE = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final DemandHistory history;
    private final RecommendationLedger ledger;
    private final PlanningSettings settings;
    private final String source;
    /** By the series itself: whatever changes the past, changes the key. */
    private final Cache<Asked, Forecast> forecasts = Caffeine.newBuilder()
            .maximumWeight(MOST_BYTES)
            .weigher((Asked asked, Forecast forecast) -> asked.series().capacity()
                    + BYTES_PER_HOUR * forecast.hours().size())
            .expireAfterAccess(Duration.ofHours(2))
            .build();

    private final Semaphore turns = new Semaphore(AT_ONCE, true);

    /**
     * A planner.
     *
     * @param source what the answers say of who computed them
     */
    public Planner(DemandHistory history, RecommendationLedger ledger, PlanningSettings settings, String source) {
        this.history = history;
        this.ledger = ledger;
        this.settings = settings;
        this.source = source;
    }

    private record Asked(ByteBuffer series, int horizon) {}

    /** What is to be done for one class, or for all of a scope, and what that rests on. */
    record Decision(Scope scope, ClassState standing, Forecast forecast, Recommendation recommendation) {

        /** Slots more, or less if negative. */
        double change() {
            return recommendation.action() == Action.ADD_MINERS ? recommendation.slots() : -recommendation.slots();
        }
    }

    /** All that was decided for a scope. */
    record Decisions(List<Decision> made, List<String> withoutForecast) {}

    /**
     * Demand of the next hours. What is recommended does not depend on how many of them are asked for.
     *
     * @throws Problem 503 while too many ask at once
     */
    public CapacityForecast forecast(Scope scope, int hoursAhead, Instant now) {
        return inTurn(() -> {
            HourlyDemand demand = history.hourly(scope, now);
            Forecast forecast = forecast(demand, hoursAhead);
            ClassState standing = history.standing(scope, now).orElse(null);
            String scaling = forecast.status() == Forecast.Status.INSUFFICIENT_DATA || standing == null
                    ? null
                    : scaling(decide(scope, now), standing);
            Instant saidAt = history.saidAt(scope, now).orElse(null);
            return CapacityForecast.of(scope, hoursAhead, demand, forecast, standing, saidAt, scaling, source);
        });
    }

    /** As many hours ahead as the settings say. */
    public CapacityForecast forecast(Scope scope, Instant now) {
        return forecast(scope, settings.forecastHours(), now);
    }

    /**
     * What to do now, the most urgent first.
     *
     * @throws Problem 503 while too many ask at once
     */
    public CapacityPlan plan(Scope scope, Instant now) {
        return inTurn(() -> {
            Decisions decisions = decide(scope, now);
            HourlyDemand demand = history.hourly(scope, now);
            return new CapacityPlan(
                    state(history.standing(scope, now)),
                    decisions.made().stream()
                            .map(decision -> advice(decision, demand.through()))
                            .sorted(Comparator.comparingInt(CapacityPlan::urgency)
                                    .thenComparing(
                                            CapacityPlan.Advice::neededBy,
                                            Comparator.nullsLast(Comparator.naturalOrder())))
                            .toList(),
                    source,
                    demand.through(),
                    demand.series().observed(),
                    demand.lastObserved(),
                    decisions.withoutForecast(),
                    ledger.trackRecord(scope));
        });
    }

    /** Writes down what is recommended now, and judges what was recommended once its time is over. */
    public void keepLedger(Scope scope, Instant now) {
        ledger.write(scope, inTurn(() -> decide(scope, now)), settings.forecastHours(), now);
        ledger.score(scope, settings.rule(), now, of -> history.hourly(of, now));
    }

    private <T> T inTurn(Supplier<T> work) {
        try {
            if (!turns.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw Problem.unavailable(
                        "planning-busy", "Too many forecasts are asked for at once.", Duration.ofSeconds(5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("planning-stops", "This service is stopping.", Duration.ofSeconds(5));
        }
        try {
            return work.get();
        } finally {
            turns.release();
        }
    }

    private Decisions decide(Scope scope, Instant now) {
        List<Decision> made = new ArrayList<>();
        List<String> withoutForecast = new ArrayList<>();
        boolean judged = false;
        if (scope.gpuClass() == null) {
            for (Map.Entry<String, ClassState> one : history.classes(scope, now).entrySet()) {
                boolean can = decide(scope.of(one.getKey()), one.getValue(), now, made);
                judged |= can;
                if (!can) {
                    withoutForecast.add(one.getKey());
                }
            }
        }
        // Only where no class can be judged: else the same shortage would be told twice.
        if (!judged) {
            history.standing(scope, now).ifPresent(standing -> decide(scope, standing, now, made));
        }
        return new Decisions(made, withoutForecast);
    }

    /** Whether anything can be said. */
    private boolean decide(Scope scope, ClassState standing, Instant now, List<Decision> made) {
        HourlyDemand demand = history.hourly(scope, now);
        Forecast forecast = forecast(demand, settings.forecastHours());
        if (forecast.status() == Forecast.Status.INSUFFICIENT_DATA) {
            return false;
        }
        CapacityRule.recommend(forecast, demand.comparable(), standing.supply(), settings.rule())
                .ifPresent(recommendation -> made.add(new Decision(scope, standing, forecast, recommendation)));
        return true;
    }

    private Forecast forecast(HourlyDemand demand, int horizon) {
        double[] values = demand.series().toArray();
        ByteBuffer key = ByteBuffer.allocate(values.length * Double.BYTES);
        for (double value : values) {
            key.putDouble(value);
        }
        return Objects.requireNonNull(forecasts.get(
                new Asked(key.flip(), horizon),
                asked -> Forecaster.forecast(demand.series(), horizon, Settings.hourly())));
    }

    private String state(Optional<ClassState> standing) {
        if (standing.isEmpty()) {
            return "unknown";
        }
        double wanted = standing.get().demandPct();
        return wanted > 100 ? "critical" : wanted > settings.targetUtilizationPct() ? "degraded" : "healthy";
    }

    private static @Nullable String scaling(Decisions decisions, ClassState standing) {
        double change = decisions.made().stream().mapToDouble(Decision::change).sum();
        if (change == 0) {
            return "+0%";
        }
        return standing.capacity() == 0
                ? null
                : String.format(Locale.ROOT, "%+d%%", Math.round(100 * change / standing.capacity()));
    }

    private Advice advice(Decision decision, Instant through) {
        Recommendation said = decision.recommendation();
        return new Advice(
                CapacityPlan.lower(said.action()),
                said.miners(),
                said.reason(),
                CapacityPlan.lower(said.priority()),
                decision.scope().gpuClass(),
                said.slots(),
                decision.standing().capacity(),
                said.neededSlots(),
                said.peakP95(),
                said.action() == Action.ADD_MINERS ? through.plus(Duration.ofHours(said.inHours())) : null,
                settings.leadTimeHours(),
                String.valueOf(decision.forecast().model()),
                decision.forecast().status().name());
    }
}

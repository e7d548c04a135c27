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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Forecasts demand and says what to do about it, from what the pools said of themselves. */
public final class Planner {

    private static final int MOST_KEPT = 4_000;

    private final DemandHistory history;
    private final RecommendationLedger ledger;
    private final PlanningSettings settings;
    private final String source;
    /** By the series itself: whatever changes the past, changes the key. */
    private final Cache<Asked, Forecast> forecasts = Caffeine.newBuilder()
            .maximumSize(MOST_KEPT)
            .expireAfterAccess(Duration.ofHours(2))
            .build();

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

    /** Demand of the next hours. */
    public CapacityForecast forecast(Scope scope, int hoursAhead, Instant now) {
        HourlyDemand demand = history.hourly(scope, now);
        Forecast forecast = forecast(demand, hoursAhead);
        ClassState standing = history.standing(scope, now).orElse(null);
        String scaling = forecast.status() == Forecast.Status.INSUFFICIENT_DATA || standing == null
                ? null
                : scaling(decide(scope, hoursAhead, now), standing);
        return CapacityForecast.of(scope, hoursAhead, demand, forecast, standing, scaling, source);
    }

    /** As many hours ahead as the settings say. */
    public CapacityForecast forecast(Scope scope, Instant now) {
        return forecast(scope, settings.forecastHours(), now);
    }

    /** What to do now, the most urgent first. */
    public CapacityPlan plan(Scope scope, Instant now) {
        Decisions decisions = decide(scope, settings.forecastHours(), now);
        HourlyDemand demand = history.hourly(scope, now);
        Instant through = demand.through();
        return new CapacityPlan(
                state(history.standing(scope, now)),
                decisions.made().stream()
                        .map(decision -> advice(decision, through))
                        .sorted(Comparator.comparingInt(CapacityPlan::urgency))
                        .toList(),
                source,
                through,
                demand.series().observed(),
                decisions.withoutForecast(),
                ledger.trackRecord(scope));
    }

    /** Writes down what is recommended now, and judges what was recommended once its time is over. */
    public void keepLedger(Scope scope, Instant now) {
        ledger.write(scope, decide(scope, settings.forecastHours(), now), settings.horizon(), now);
        ledger.score(scope, settings.rule(), now, of -> history.hourly(of, now));
    }

    private Decisions decide(Scope scope, int horizon, Instant now) {
        List<Decision> made = new ArrayList<>();
        List<String> withoutForecast = new ArrayList<>();
        if (scope.gpuClass() != null) {
            decide(scope, horizon, now, made);
            return new Decisions(made, withoutForecast);
        }
        boolean judged = false;
        for (String gpuClass : history.classes(scope, now)) {
            boolean can = decide(scope.of(gpuClass), horizon, now, made);
            judged |= can;
            if (!can) {
                withoutForecast.add(gpuClass);
            }
        }
        // Only where no class can be judged: else the same shortage would be told twice.
        if (!judged) {
            decide(scope, horizon, now, made);
        }
        return new Decisions(made, withoutForecast);
    }

    /** Whether anything can be said. */
    private boolean decide(Scope scope, int horizon, Instant now, List<Decision> made) {
        Optional<ClassState> standing = history.standing(scope, now);
        HourlyDemand demand = history.hourly(scope, now);
        Forecast forecast = forecast(demand, horizon);
        if (standing.isEmpty() || forecast.status() == Forecast.Status.INSUFFICIENT_DATA) {
            return false;
        }
        ClassState state = standing.get();
        CapacityRule.recommend(forecast, demand.series(), state.supply(), settings.rule())
                .ifPresent(recommendation -> made.add(new Decision(scope, state, forecast, recommendation)));
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

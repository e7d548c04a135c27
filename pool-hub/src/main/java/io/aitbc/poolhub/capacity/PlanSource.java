package io.aitbc.poolhub.capacity;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.capacity.CapacityForecast;
import io.aitbc.capacity.CapacityPlan;
import io.aitbc.capacity.Planner;
import io.aitbc.capacity.Scope;
import io.aitbc.poolhub.coordinator.CoordinatorClient;
import io.aitbc.poolhub.coordinator.CoordinatorClient.CoordinatorAway;
import io.aitbc.poolhub.coordinator.CoordinatorSettings;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Plans as the coordinator makes them, which may know more; our own while it is away, slow or has seen fewer hours of this pool than
 * we have. The answer says whose it is.
 */
@Component
public class PlanSource {

    private static final Logger LOG = LoggerFactory.getLogger(PlanSource.class);

    private final Planner planner;
    private final CoordinatorClient coordinator;
    private final CoordinatorSettings settings;
    private final ObjectMapper json;
    private final Clock clock;

    PlanSource(
            Planner planner,
            @Qualifier("impatientCoordinatorClient") CoordinatorClient coordinator,
            CoordinatorSettings settings,
            ObjectMapper json,
            Clock clock) {
        this.planner = planner;
        this.coordinator = coordinator;
        this.settings = settings;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Demand ahead. May wait for the coordinator, for some seconds.
     *
     * @param hoursAhead 1..1000
     * @param gpuClass null for the whole pool
     */
    public CapacityForecast forecast(int hoursAhead, @Nullable String gpuClass) {
        CapacityForecast ours =
                planner.forecast(new Scope(SnapshotBook.THIS_POOL, gpuClass), hoursAhead, clock.instant());
        String more = gpuClass == null ? "" : "&gpu_class=" + encode(gpuClass);
        return asked(
                        "/api/capacity/forecast?hours_ahead=" + hoursAhead + "&pool_id=" + encode(settings.poolId())
                                + more,
                        CapacityForecast.class)
                .filter(theirs -> theirs.historyHours() >= ours.historyHours()
                        && isAsFresh(theirs.historyLast(), ours.historyLast())
                        && theirs.forecastHorizonHours() == hoursAhead
                        && (theirs.currentCapacity() != null || ours.currentCapacity() == null))
                .map(theirs -> theirs.from("coordinator_api"))
                .orElseGet(() -> ours.of(settings.poolId()));
    }

    /** What to do about capacity. May wait for the coordinator, for some seconds. */
    public CapacityPlan plan() {
        CapacityPlan ours = planner.plan(Scope.pool(SnapshotBook.THIS_POOL), clock.instant());
        return asked("/api/capacity/recommendations?pool_id=" + encode(settings.poolId()), CapacityPlan.class)
                .filter(theirs -> theirs.historyHours() >= ours.historyHours()
                        && isAsFresh(theirs.historyLast(), ours.historyLast()))
                .map(theirs -> theirs.from("coordinator_api"))
                .orElse(ours);
    }

    private static boolean isAsFresh(@Nullable Instant theirs, Instant ours) {
        return theirs != null && !theirs.isBefore(ours);
    }

    private <T> Optional<T> asked(String pathAndQuery, Class<T> type) {
        try {
            CoordinatorClient.Answer answer = coordinator.ask(pathAndQuery);
            if (answer.status() == 200) {
                return Optional.ofNullable(json.readValue(answer.body(), type));
            }
            LOG.info("The coordinator plans nothing for us: status {}", answer.status());
        } catch (CoordinatorAway away) {
            LOG.debug("Planning without the coordinator: {}", away.sentence());
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("The coordinator's plan is not understood: {}", e.getMessage());
        }
        return Optional.empty();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

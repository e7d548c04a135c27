package io.aitbc.capacity;

import static io.aitbc.capacity.DemandHistory.utc;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.capacity.CapacityPlan.TrackRecord;
import io.aitbc.forecasting.planning.Action;
import io.aitbc.forecasting.planning.CapacityRule;
import io.aitbc.forecasting.planning.PlanSettings;
import io.aitbc.forecasting.planning.Recommendation;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What was recommended, as it was first said, and whether it proved right: {@code capacity_recommendations}.
 *
 * <p>One stands open per scope and class, however often it is made again and its figures change. It ends when it has not been made
 * for a day, when the contrary is, or after its window, the whole hours that its forecast looked at; what came in these then decides,
 * by {@link CapacityRule#proved the rule itself}.
 */
public final class RecommendationLedger {

    /** Of a window less observed than this nothing can be said. */
    private static final double LEAST_OBSERVED = 0.5;

    /** One that comes and goes is one. */
    private static final Duration CALM = Duration.ofHours(24);

    private static final Duration KEPT = Duration.ofDays(400);

    private final JdbcTemplate jdbc;

    public RecommendationLedger(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    private record Open(UUID id, Action action, Instant lastMadeAt) {}

    private record Due(
            UUID id,
            String gpuClass,
            Action action,
            double slots,
            double capacity,
            double largest,
            Instant from,
            Instant to) {}

    /** Opens what is new, and closes what is not said any more. */
    void write(Scope scope, Planner.Decisions decisions, int windowHours, Instant now) {
        jdbc.update(
                "UPDATE capacity_recommendations SET closed_at = ? WHERE pool_id = ? AND closed_at IS NULL AND window_to <= ?",
                utc(now),
                key(scope.poolId()),
                utc(now));
        Instant from = now.truncatedTo(ChronoUnit.HOURS);
        Map<String, Open> open = new HashMap<>();
        jdbc.query(
                "SELECT id, gpu_class, action, last_made_at FROM capacity_recommendations"
                        + " WHERE pool_id = ? AND closed_at IS NULL",
                row -> {
                    open.put(
                            row.getString(2),
                            new Open(
                                    row.getObject(1, UUID.class),
                                    Action.valueOf(row.getString(3)),
                                    row.getObject(4, OffsetDateTime.class).toInstant()));
                },
                key(scope.poolId()));
        for (Planner.Decision made : decisions.made()) {
            Open same = open.remove(key(made.scope().gpuClass()));
            if (same != null && same.action() == made.recommendation().action()) {
                jdbc.update("UPDATE capacity_recommendations SET last_made_at = ? WHERE id = ?", utc(now), same.id());
            } else {
                if (same != null) {
                    close(same, now);
                }
                open(made, from, from.plus(Duration.ofHours(windowHours)), now);
            }
        }
        for (Open one : open.values()) {
            if (one.lastMadeAt().isBefore(now.minus(CALM))) {
                close(one, now);
            }
        }
        jdbc.update("DELETE FROM capacity_recommendations WHERE made_at < ?", utc(now.minus(KEPT)));
    }

    private void close(Open one, Instant now) {
        jdbc.update("UPDATE capacity_recommendations SET closed_at = ? WHERE id = ?", utc(now), one.id());
    }

    /** Pools of which something stands open or is not judged yet. */
    public List<String> unfinished() {
        return jdbc.queryForList(
                "SELECT DISTINCT pool_id FROM capacity_recommendations WHERE pool_id <> ''"
                        + " AND (closed_at IS NULL OR scored_at IS NULL) ORDER BY pool_id",
                String.class);
    }

    private void open(Planner.Decision made, Instant from, Instant to, Instant now) {
        Recommendation said = made.recommendation();
        jdbc.update(
                """
                INSERT INTO capacity_recommendations (id, pool_id, gpu_class, action, miners, slots, capacity, largest_miner,
                                                      needed, p95_demand, priority, reason, made_at, last_made_at,
                                                      window_from, window_to)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (pool_id, gpu_class) WHERE closed_at IS NULL DO NOTHING
                """,
                UuidCreator.getTimeOrderedEpoch(),
                key(made.scope().poolId()),
                key(made.scope().gpuClass()),
                said.action().name(),
                said.miners(),
                said.slots(),
                made.standing().capacity(),
                made.standing().largestMiner(),
                said.neededSlots(),
                said.peakP95(),
                said.priority().name(),
                said.reason(),
                utc(now),
                utc(now),
                utc(from),
                utc(to));
    }

    /** Judges those whose window is over by the demand that came in it. */
    void score(Scope scope, PlanSettings rule, Instant now, Function<Scope, HourlyDemand> came) {
        List<Due> due = jdbc.query(
                "SELECT * FROM capacity_recommendations WHERE pool_id = ? AND scored_at IS NULL AND window_to <= ?",
                (row, n) -> due(row),
                key(scope.poolId()),
                utc(now));
        for (Due one : due) {
            HourlyDemand demand = came.apply(scope.of(one.gpuClass().isEmpty() ? null : one.gpuClass()));
            boolean known = demand.observed(one.from(), one.to()) >= LEAST_OBSERVED;
            double peak = demand.peak(one.from(), one.to());
            Boolean proved = known
                    ? CapacityRule.proved(one.action(), one.capacity(), one.slots(), one.largest(), peak, rule)
                    : null;
            jdbc.update(
                    "UPDATE capacity_recommendations SET scored_at = ?, peak_demand = ?, proved = ? WHERE id = ?",
                    utc(now),
                    known ? peak : null,
                    proved,
                    one.id());
        }
    }

    /** How those of a scope turned out. */
    TrackRecord trackRecord(Scope scope) {
        return jdbc.queryForObject(
                """
                SELECT count(*), count(proved), count(*) FILTER (WHERE proved) FROM capacity_recommendations
                WHERE pool_id = ? AND (?::text IS NULL OR gpu_class = ?)
                """,
                (row, n) -> {
                    int scored = row.getInt(2);
                    int right = row.getInt(3);
                    return new TrackRecord(row.getInt(1), scored, right, scored == 0 ? null : (double) right / scored);
                },
                key(scope.poolId()),
                scope.gpuClass(),
                scope.gpuClass());
    }

    private static Due due(ResultSet row) throws SQLException {
        return new Due(
                row.getObject("id", UUID.class),
                row.getString("gpu_class"),
                Action.valueOf(row.getString("action")),
                row.getDouble("slots"),
                row.getDouble("capacity"),
                row.getDouble("largest_miner"),
                row.getObject("window_from", OffsetDateTime.class).toInstant(),
                row.getObject("window_to", OffsetDateTime.class).toInstant());
    }

    private static String key(@Nullable String name) {
        return name == null ? "" : name;
    }
}

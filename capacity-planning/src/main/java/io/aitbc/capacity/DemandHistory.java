package io.aitbc.capacity;

import io.aitbc.capacity.HourlyDemand.PoolHours;
import io.aitbc.capacity.HourlyDemand.Told;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Demand by pool, class and hour, and how each pool stands now: {@code capacity_hours} and {@code capacity_standing}, which follow
 * from the snapshots and are written in their transaction. The class {@code ''} is all of a pool.
 */
public final class DemandHistory {

    private static final String EVERYTHING = "";
    private static final Duration LOOK_BACK = Duration.ofDays(56);

    private final JdbcTemplate jdbc;

    public DemandHistory(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    private record Cell(String gpuClass, Instant hour) {}

    private static final class Sum {
        private double demand;
        private int samples;
        private int classed;
    }

    /** Counts snapshots that were stored just now, in this transaction; each may be counted once only. */
    public void add(String poolId, Collection<CapacitySnapshot> stored) {
        Map<Cell, Sum> cells = new HashMap<>();
        for (CapacitySnapshot snapshot : stored) {
            Instant hour = snapshot.timestamp().truncatedTo(ChronoUnit.HOURS);
            Map<String, ClassState> classes = snapshot.classes();
            count(cells, new Cell(EVERYTHING, hour), snapshot.total(), !classes.isEmpty());
            classes.forEach((name, state) -> count(cells, new Cell(name, hour), state, true));
        }
        // In one order, so that two transactions never wait for each other.
        List<Map.Entry<Cell, Sum>> rows = cells.entrySet().stream()
                .sorted(java.util.Comparator.comparing(
                                (Map.Entry<Cell, Sum> e) -> e.getKey().hour())
                        .thenComparing(e -> e.getKey().gpuClass()))
                .toList();
        jdbc.batchUpdate("""
                INSERT INTO capacity_hours AS known (pool_id, gpu_class, hour, samples, classed, demand)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (pool_id, gpu_class, hour) DO UPDATE SET samples = known.samples + excluded.samples,
                  classed = known.classed + excluded.classed, demand = known.demand + excluded.demand
                """, rows, 1_000, (statement, row) -> {
            statement.setString(1, poolId);
            statement.setString(2, row.getKey().gpuClass());
            statement.setObject(3, utc(row.getKey().hour()));
            statement.setInt(4, row.getValue().samples);
            statement.setInt(5, row.getValue().classed);
            statement.setDouble(6, row.getValue().demand);
        });
        stored.stream()
                .max(java.util.Comparator.comparing(CapacitySnapshot::timestamp))
                .ifPresent(latest -> stand(poolId, latest));
    }

    private static void count(Map<Cell, Sum> cells, Cell cell, ClassState state, boolean classed) {
        Sum sum = cells.computeIfAbsent(cell, key -> new Sum());
        sum.demand += state.demand();
        sum.samples++;
        sum.classed += classed ? 1 : 0;
    }

    private void stand(String poolId, CapacitySnapshot latest) {
        Map<String, ClassState> states = new TreeMap<>(latest.classes());
        states.put(EVERYTHING, latest.total());
        jdbc.batchUpdate("""
                INSERT INTO capacity_standing AS known (pool_id, gpu_class, at, running, queued, capacity, miners,
                                                        largest_miner, typical_miner)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (pool_id, gpu_class) DO UPDATE SET at = excluded.at, running = excluded.running,
                  queued = excluded.queued, capacity = excluded.capacity, miners = excluded.miners,
                  largest_miner = excluded.largest_miner, typical_miner = excluded.typical_miner
                WHERE known.at <= excluded.at
                """, states.entrySet(), 1_000, (statement, row) -> {
            ClassState state = row.getValue();
            statement.setString(1, poolId);
            statement.setString(2, row.getKey());
            statement.setObject(3, utc(latest.timestamp()));
            statement.setDouble(4, state.running());
            statement.setDouble(5, state.queued());
            statement.setDouble(6, state.capacity());
            statement.setInt(7, state.miners());
            statement.setDouble(8, state.largestMiner());
            statement.setDouble(9, state.typicalMiner());
        });
    }

    /** Whole hours before {@code now}, of the last eight weeks. */
    public HourlyDemand hourly(Scope scope, Instant now) {
        Instant through = now.truncatedTo(ChronoUnit.HOURS);
        Map<String, Map<Instant, Told>> told = new TreeMap<>();
        Map<String, Map<Instant, Integer>> classed = new TreeMap<>();
        jdbc.query(
                """
                SELECT pool_id, gpu_class, hour, samples, classed, demand FROM capacity_hours
                WHERE gpu_class IN ('', ?) AND hour >= ? AND hour < ? AND (?::text IS NULL OR pool_id = ?)
                """,
                row -> {
                    String pool = row.getString(1);
                    Instant hour = row.getObject(3, OffsetDateTime.class).toInstant();
                    boolean total = row.getString(2).isEmpty();
                    if (total) {
                        classed.computeIfAbsent(pool, key -> new HashMap<>()).put(hour, row.getInt(5));
                    }
                    if (total == (scope.gpuClass() == null)) {
                        told.computeIfAbsent(pool, key -> new HashMap<>())
                                .put(hour, new Told(row.getDouble(6), row.getInt(4)));
                    }
                },
                scope.gpuClass() == null ? EVERYTHING : scope.gpuClass(),
                utc(through.minus(LOOK_BACK)),
                utc(through),
                scope.poolId(),
                scope.poolId());
        Set<String> there = scope.poolId() == null ? new HashSet<>(pools(now)) : Set.of(scope.poolId());
        List<PoolHours> pools = told.entrySet().stream()
                .map(entry -> scope.gpuClass() == null
                        ? new PoolHours(new TreeMap<>(entry.getValue()), there.contains(entry.getKey()))
                        : HourlyDemand.ofClass(
                                entry.getValue(),
                                classed.getOrDefault(entry.getKey(), Map.of()),
                                there.contains(entry.getKey())))
                .toList();
        return HourlyDemand.sum(pools, through);
    }

    /** How the scope stands by the last word of its pools; empty when none of them said anything for a day. */
    public Optional<ClassState> standing(Scope scope, Instant now) {
        String gpuClass = scope.gpuClass() == null ? EVERYTHING : scope.gpuClass();
        return Optional.ofNullable(standings(scope, now).get(gpuClass));
    }

    /** How each class of the scope stands that its pools have now, by name. */
    public SortedMap<String, ClassState> classes(Scope scope, Instant now) {
        SortedMap<String, ClassState> classes = new TreeMap<>(standings(scope, now));
        classes.remove(EVERYTHING);
        return classes;
    }

    /** The pools that are not gone. */
    public List<String> pools(Instant now) {
        return jdbc.queryForList(
                "SELECT pool_id FROM capacity_standing WHERE gpu_class = '' AND at > ? ORDER BY pool_id",
                String.class,
                utc(now.minus(HourlyDemand.GONE)));
    }

    /** When the scope's pools last said how they stand: the oldest of their last words. */
    public Optional<Instant> saidAt(Scope scope, Instant now) {
        return jdbc
                .queryForList(
                        "SELECT at FROM capacity_standing WHERE gpu_class = '' AND at > ? AND (?::text IS NULL OR pool_id = ?)"
                                + " ORDER BY at LIMIT 1",
                        OffsetDateTime.class,
                        utc(now.minus(HourlyDemand.GONE)),
                        scope.poolId(),
                        scope.poolId())
                .stream()
                .findFirst()
                .map(OffsetDateTime::toInstant);
    }

    private Map<String, ClassState> standings(Scope scope, Instant now) {
        Map<String, ClassState> standings = new TreeMap<>();
        jdbc.query(
                """
                SELECT s.* FROM capacity_standing s JOIN capacity_standing t ON t.pool_id = s.pool_id AND t.gpu_class = ''
                WHERE s.at = t.at AND s.at > ? AND (?::text IS NULL OR s.pool_id = ?)
                """,
                row -> {
                    ClassState state = new ClassState(
                            row.getDouble("running"),
                            row.getDouble("queued"),
                            row.getDouble("capacity"),
                            row.getInt("miners"),
                            row.getDouble("largest_miner"),
                            row.getDouble("typical_miner"));
                    standings.merge(row.getString("gpu_class"), state, ClassState::plus);
                },
                utc(now.minus(HourlyDemand.GONE)),
                scope.poolId(),
                scope.poolId());
        return standings;
    }

    /** Forgets hours that no forecast looks at any more, and pools that are long gone. */
    public void forget(Instant now) {
        jdbc.update("DELETE FROM capacity_hours WHERE hour < ?", utc(now.minus(LOOK_BACK.multipliedBy(2))));
        jdbc.update("DELETE FROM capacity_standing WHERE at < ?", utc(now.minus(LOOK_BACK)));
    }

    static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}

package io.aitbc.poolhub.sla;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aitbc.poolhub.PoolHubApplication;
import io.aitbc.poolhub.sla.RandomPast.Collect;
import io.aitbc.poolhub.sla.RandomPast.End;
import io.aitbc.poolhub.sla.RandomPast.EndLate;
import io.aitbc.poolhub.sla.RandomPast.Enter;
import io.aitbc.poolhub.sla.RandomPast.Match;
import io.aitbc.poolhub.sla.RandomPast.Pass;
import io.aitbc.poolhub.sla.RandomPast.Step;
import io.aitbc.poolhub.sla.RandomPast.Was;
import io.aitbc.testsupport.MutableClock;
import io.aitbc.testsupport.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.sql.DataSource;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * A collection looks only at what changed. Whatever happened, and whenever it was collected in between, it must come to the
 * same as one collection that looks at everything.
 */
class IncrementalCollectionTest {

    private record Level(
            double value,
            double threshold,
            boolean violated,
            @Nullable String severity,
            Instant recorded) {}

    private static @Nullable ConfigurableApplicationContext hub;

    @BeforeContainer
    static void start() {
        TestDatabase database = TestDatabase.create();
        hub = new SpringApplicationBuilder(PoolHubApplication.class, RunningSla.TestClock.class)
                .run(
                        "--server.port=0",
                        "--spring.datasource.url=" + database.jdbcUrl(),
                        "--spring.datasource.username=" + database.username(),
                        "--spring.datasource.password=" + database.password(),
                        "--POOLHUB_OPERATOR_KEY=operator-key-for-tests",
                        "--POOLHUB_VIEWER_KEY=viewer-key-for-tests",
                        "--POOLHUB_SERVICE_KEY=service-key-of-the-coordinator",
                        "--POOLHUB_ENROLLMENT_TOKEN=enrollment-token-for-tests",
                        "--COORDINATOR_API_KEY=service-key-for-tests",
                        "--service.scheduling=false",
                        "--logging.structured.format.console=",
                        "--logging.level.root=WARN");
    }

    @AfterContainer
    static void stop() {
        if (hub != null) {
            hub.close();
        }
    }

    @Property(tries = 100)
    void collectingAllAlongComesToTheSameAsCollectingOnce(@ForAll("pasts") List<Step> past) throws SQLException {
        RandomPast fleet = new RandomPast(bean(JdbcClient.class), bean(MutableClock.class));
        fleet.begin(RunningSla.NOON);
        live(fleet, past);
        bean(MutableClock.class).advance(Duration.ofSeconds(1));
        collect();
        Map<String, Level> allAlong = levels();
        fleet.forgetCollections();
        collect();
        Map<String, Level> once = levels();

        assertThat(allAlong.keySet()).containsAll(once.keySet());
        allAlong.forEach((series, level) -> {
            Level full = once.get(series);
            if (full == null) {
                // What nothing stands behind any more is forgotten within the hour.
                assertThat(level.recorded()).as(series).isAfterOrEqualTo(now().minus(Metrics.REFRESH));
                return;
            }
            assertThat(level.value()).as(series).isCloseTo(full.value(), within(1e-9));
            assertThat(level.threshold()).as(series).isEqualTo(full.threshold());
            assertThat(level.violated()).as(series).isEqualTo(full.violated());
            assertThat(level.severity()).as(series).isEqualTo(full.severity());
        });
    }

    private static void live(RandomPast fleet, List<Step> past) throws SQLException {
        Connection late = null;
        for (Step step : past) {
            // Nothing happens at the very instant of a collection.
            bean(MutableClock.class).advance(Duration.ofSeconds(1));
            if (step instanceof Pass pass) {
                bean(MutableClock.class).advance(Duration.ofMinutes(pass.minutes()));
            } else if (step instanceof Enter enter) {
                fleet.enter(enter);
            } else if (step instanceof Was was) {
                fleet.was(was);
            } else if (step instanceof Match match) {
                fleet.match(match);
            } else if (step instanceof End end) {
                fleet.end(end);
            } else if (step instanceof EndLate end) {
                late = late == null ? open() : late;
                JdbcClient within = JdbcClient.create(new SingleConnectionDataSource(late, true));
                fleet.end(within, end.miner(), 0, end.failed(), fleet.ago(end.minutesAgo()));
            } else if (step instanceof Collect) {
                collect();
                commit(late);
                late = null;
            }
        }
        commit(late);
    }

    private static Connection open() throws SQLException {
        Connection connection = bean(DataSource.class).getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    private static void commit(@Nullable Connection late) throws SQLException {
        if (late != null) {
            late.commit();
            late.close();
        }
    }

    private static void collect() {
        bean(SlaCollector.class).collect();
    }

    private static Instant now() {
        return bean(MutableClock.class).instant();
    }

    private static Map<String, Level> levels() {
        Map<String, Level> levels = new TreeMap<>();
        bean(JdbcClient.class)
                .sql(
                        "SELECT miner_id || ' ' || metric_type, metric_value, threshold, is_violation, severity, recorded_at FROM sla_current")
                .query(row -> {
                    levels.put(
                            row.getString(1),
                            new Level(
                                    row.getDouble(2),
                                    row.getDouble(3),
                                    row.getBoolean(4),
                                    row.getString(5),
                                    row.getTimestamp(6).toInstant()));
                });
        return levels;
    }

    private static <T> T bean(Class<T> type) {
        return Objects.requireNonNull(hub).getBean(type);
    }

    @Provide
    Arbitrary<List<Step>> pasts() {
        Arbitrary<Integer> miner = Arbitraries.integers().between(0, RandomPast.MINERS - 1);
        Arbitrary<String> seen = Arbitraries.of("UP", "UP", "DEGRADED", "DOWN", "UNKNOWN", "NOT_ENROLLED");
        Arbitrary<String> told = Arbitraries.of("UP", "DOWN", "UNKNOWN", "MAINTENANCE", "MAINTENANCE");
        // Just now, or such that it is about to leave the window of a day or of a week, or at any time.
        Arbitrary<Integer> minutesAgo = Arbitraries.oneOf(
                Arbitraries.just(0),
                Arbitraries.integers().between(0, 90),
                Arbitraries.integers().between(1_440 - 90, 1_440 + 10),
                Arbitraries.integers().between(7 * 1_440 - 90, 7 * 1_440 + 10),
                Arbitraries.integers().between(0, 11 * 1_440));
        Arbitrary<Integer> few = Arbitraries.integers().between(0, 6);
        return Arbitraries.<Step>frequencyOf(
                        // Mostly less than an hour, after which every value is written anew in any case.
                        Tuple.of(8, Arbitraries.integers().between(1, 25).<Step>map(Pass::new)),
                        Tuple.of(1, Arbitraries.integers().between(1, 2 * 1_440).map(Pass::new)),
                        Tuple.of(5, Combinators.combine(miner, seen).as(Enter::new)),
                        Tuple.of(
                                3,
                                Combinators.combine(
                                                miner,
                                                told,
                                                minutesAgo,
                                                Arbitraries.integers().between(1, 2_000))
                                        .as(Was::new)),
                        Tuple.of(
                                3,
                                Combinators.combine(
                                                miner,
                                                Arbitraries.integers().between(1, 130),
                                                Arbitraries.integers().between(10, 3_000),
                                                minutesAgo)
                                        .as(Match::new)),
                        Tuple.of(
                                3,
                                Combinators.combine(miner, few, few, minutesAgo).as(End::new)),
                        Tuple.of(1, Combinators.combine(miner, few, minutesAgo).as(EndLate::new)),
                        Tuple.of(6, Arbitraries.create(Collect::new)))
                .list()
                .ofMinSize(5)
                .ofMaxSize(80);
    }
}

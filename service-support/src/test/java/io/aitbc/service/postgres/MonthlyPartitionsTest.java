package io.aitbc.service.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.testsupport.MutableClock;
import io.aitbc.testsupport.TestDatabase;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

class MonthlyPartitionsTest {

    private static final Instant NOW = Instant.parse("2026-01-31T23:59:59Z");

    private final DataSource database = TestDatabase.create().dataSource();
    private final JdbcClient jdbc = JdbcClient.create(database);
    private final MonthlyPartitions partitions = partitions();

    private MonthlyPartitions partitions() {
        return new MonthlyPartitions(
                jdbc, new JdbcTransactionManager(database), List.of("facts"), new MutableClock(NOW));
    }

    @BeforeEach
    void table() {
        jdbc.sql("CREATE TABLE facts (at timestamptz NOT NULL, open boolean NOT NULL, PRIMARY KEY (at))"
                        + " PARTITION BY RANGE (at)")
                .update();
    }

    @Test
    void theMonthsAroundNowAreKeptReady() {
        partitions.maintain();
        assertThat(names()).containsExactly("facts_y2025m12", "facts_y2026m01", "facts_y2026m02", "facts_y2026m03");
    }

    @Test
    void rowsOfAnyMonthFindTheirPlaceOnceItIsEnsured() {
        partitions.ensure("facts", Instant.parse("2024-02-29T00:00:00Z"), Instant.parse("2024-03-01T00:00:00Z"));
        insert("2024-02-29T23:59:59.999999Z", false);
        insert("2024-03-01T00:00:00Z", false);
        assertThat(names()).containsExactly("facts_y2024m02", "facts_y2024m03");
    }

    @Test
    void manyReplicasMayEnsureTheSameMonthAtOnce() throws Exception {
        CompletableFuture<?>[] all = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(() -> partitions().ensure("facts", NOW, NOW)))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(all).get(30, TimeUnit.SECONDS);
        assertThat(names()).containsExactly("facts_y2026m01");
    }

    @Test
    void retentionDropsWholeMonthsButNeverOnesThatHoldWhatMustBeKept() {
        partitions.ensure("facts", Instant.parse("2025-10-01T00:00:00Z"), NOW);
        insert("2025-10-05T00:00:00Z", true);
        insert("2025-11-05T00:00:00Z", false);
        assertThat(partitions.dropBefore("facts", Instant.parse("2025-12-31T00:00:00Z"), "open"))
                .isEqualTo(1);
        assertThat(names()).containsExactly("facts_y2025m10", "facts_y2025m12", "facts_y2026m01");
    }

    private void insert(String at, boolean open) {
        jdbc.sql("INSERT INTO facts VALUES (:at::timestamptz, :open)")
                .param("at", at)
                .param("open", open)
                .update();
    }

    private List<String> names() {
        return jdbc.sql("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'facts'::regclass"
                        + " ORDER BY 1")
                .query(String.class)
                .list();
    }
}

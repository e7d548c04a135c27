package io.aitbc.service.postgres;

import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The monthly partitions of append-only tables: {@code <table>_yYYYYmMM}, each one UTC month.
 *
 * <p>Safe to call from any thread and any replica. A partition is made beside its table and then attached, which
 * does not block readers or writers of the table.
 */
public final class MonthlyPartitions {

    private static final Logger LOG = LoggerFactory.getLogger(MonthlyPartitions.class);
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,45}");
    private static final int MONTHS_AHEAD = 2;

    private final JdbcClient jdbc;
    private final TransactionTemplate newTransaction;
    private final List<String> maintained;
    private final Clock clock;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    MonthlyPartitions(JdbcClient jdbc, PlatformTransactionManager transactions, List<String> maintained, Clock clock) {
        this.jdbc = jdbc;
        this.newTransaction = new TransactionTemplate(transactions);
        this.newTransaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.maintained = List.copyOf(maintained);
        this.clock = clock;
    }

    /** Makes the partitions of the maintained tables from last month to two months ahead. */
    public void maintain() {
        YearMonth now = YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
        for (String table : maintained) {
            for (int month = -1; month <= MONTHS_AHEAD; month++) {
                ensureMonth(table, now.plusMonths(month));
            }
        }
    }

    /**
     * Makes the partitions that rows of [from, to] need, in a transaction of its own.
     *
     * @param table a table of our own, partitioned by range of time
     */
    public void ensure(String table, Instant from, Instant to) {
        YearMonth last = YearMonth.from(to.atOffset(ZoneOffset.UTC));
        for (YearMonth month = YearMonth.from(from.atOffset(ZoneOffset.UTC));
                !month.isAfter(last);
                month = month.plusMonths(1)) {
            ensureMonth(table, month);
        }
    }

    /**
     * Drops the partitions that end at or before {@code limit}.
     *
     * @param keepIfExistsSql a condition on rows, such as {@code state = 'PENDING'}; a partition that holds such a
     *     row is kept. Never made from input.
     * @return how many were dropped
     */
    public int dropBefore(String table, Instant limit, @Nullable String keepIfExistsSql) {
        check(table);
        int dropped = 0;
        for (String partition : partitionsOf(table)) {
            YearMonth month = monthOf(partition);
            if (month != null && !start(month.plusMonths(1)).isAfter(limit)) {
                dropped += drop(table, partition, keepIfExistsSql);
            }
        }
        return dropped;
    }

    private int drop(String table, String partition, @Nullable String keepIfExistsSql) {
        Integer done = newTransaction.execute(status -> {
            jdbc.sql("SET LOCAL lock_timeout = '5s'").update();
            if (keepIfExistsSql != null
                    && jdbc.sql("SELECT EXISTS (SELECT 1 FROM " + partition + " WHERE " + keepIfExistsSql + ")")
                            .query(Boolean.class)
                            .single()) {
                return 0;
            }
            jdbc.sql("DROP TABLE " + partition).update();
            LOG.info("Dropped {} of {}: past its retention", partition, table);
            return 1;
        });
        known.remove(partition);
        return done == null ? 0 : done;
    }

    private List<String> partitionsOf(String table) {
        return jdbc.sql("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = :table::regclass")
                .param("table", table)
                .query(String.class)
                .list();
    }

    private void ensureMonth(String table, YearMonth month) {
        check(table);
        String partition = String.format(Locale.ROOT, "%s_y%04dm%02d", table, month.getYear(), month.getMonthValue());
        if (known.contains(partition)) {
            return;
        }
        newTransaction.executeWithoutResult(status -> create(table, partition, month));
        known.add(partition);
    }

    private void create(String table, String partition, YearMonth month) {
        // One at a time, over all replicas; the second finds it made.
        jdbc.sql("SELECT pg_advisory_xact_lock(hashtext('monthly-partitions'))::text")
                .query()
                .listOfRows();
        boolean exists = jdbc.sql("SELECT to_regclass(:partition) IS NOT NULL")
                .param("partition", partition)
                .query(Boolean.class)
                .single();
        if (!exists) {
            jdbc.sql("CREATE TABLE " + partition + " (LIKE " + table + " INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
                    .update();
            jdbc.sql("ALTER TABLE " + table + " ATTACH PARTITION " + partition + " FOR VALUES FROM ('" + start(month)
                            + "') TO ('" + start(month.plusMonths(1)) + "')")
                    .update();
        }
    }

    private static @Nullable YearMonth monthOf(String partition) {
        int at = partition.length() - 8;
        if (at > 0 && partition.substring(at).matches("y\\d{4}m\\d{2}")) {
            return YearMonth.of(
                    Integer.parseInt(partition.substring(at + 1, at + 5)),
                    Integer.parseInt(partition.substring(at + 6)));
        }
        return null;
    }

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static void check(String table) {
        if (!NAME.matcher(table).matches()) {
            throw new IllegalArgumentException("not a table name: " + table);
        }
    }
}

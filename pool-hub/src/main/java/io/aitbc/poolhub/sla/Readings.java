package io.aitbc.poolhub.sla;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Measures the service levels of whoever is due, and hands the figures on one by one. */
@Repository
class Readings {

    static final Duration UPTIME_WINDOW = Duration.ofHours(24);
    private static final Duration COMPLETION_WINDOW = Duration.ofDays(7);
    private static final Duration LATELY = Duration.ofSeconds(10);
    private static final int FETCH = 1_000;

    /**
     * Who is due, as of when.
     *
     * @param previous when it was collected last; null: never
     * @param seenXid everything of transactions from this id on is new
     * @param everybody whether all are due, whatever has moved
     */
    record Due(Instant now, @Nullable Instant previous, String seenXid, boolean everybody) {}

    private final JdbcClient client;
    private final JdbcTemplate jdbc;
    private final SlaSettings settings;

    Readings(DataSource database, SlaSettings settings) {
        this.jdbc = new JdbcTemplate(database);
        jdbc.setFetchSize(FETCH);
        this.client = JdbcClient.create(jdbc);
        this.settings = settings;
    }

    void uptime(Due due, Consumer<Measured> found) {
        readUptime(due, due.everybody() ? Measures.EVERYBODY : Measures.UPTIME_MOVED, null, found);
    }

    /** A miner's uptime, in the caller's transaction; empty when nothing is known of that day. */
    Optional<Measured> uptimeOf(String minerId, Instant now) {
        List<Measured> found = new ArrayList<>(1);
        readUptime(new Due(now, now, "0", false), Measures.ONE, minerId, found::add);
        return found.stream().findFirst();
    }

    private void readUptime(Due due, String whom, @Nullable String only, Consumer<Measured> found) {
        Instant from = due.now().minus(UPTIME_WINDOW);
        String window = window(from, due.now());
        client.sql(Measures.UPTIME.formatted(whom))
                .param("now", Timestamp.from(due.now()))
                .param("from", Timestamp.from(from))
                .param("previous", due.previous() == null ? null : Timestamp.from(due.previous()))
                .param("seen", due.seenXid())
                .param("only", only)
                .query(row -> {
                    double value = row.getDouble(4);
                    double known = row.getDouble(7);
                    String metadata = "{" + window + ",\"coverage\":"
                            + Math.rint(known / UPTIME_WINDOW.toSeconds() * 1e6) / 1e6
                            + ",\"sample_size\":" + row.getLong(5) + ",\"up_seconds\":" + plain(row.getDouble(6))
                            + ",\"known_seconds\":" + plain(known) + "}";
                    found.accept(measured(
                            row,
                            MetricTypes.UPTIME,
                            value,
                            Judgement.uptime(value, settings.uptimeThreshold()),
                            metadata));
                });
    }

    /**
     * Response times, which take as long as all else together.
     *
     * @param half 0 or 1: of which half of the miners
     */
    void responseTime(Due due, int half, Consumer<Measured> found) {
        // Partitions are then read newest first, and reading stops at the hundredth row.
        jdbc.execute("SET LOCAL enable_sort = off; SET LOCAL jit = off");
        String sql = Measures.RESPONSE_TIME
                .formatted(due.everybody() ? Measures.EVERYBODY : Measures.RESPONSE_TIME_MOVED)
                .concat(" AND hashtext(due.miner_id) & 1 = " + half)
                .replaceAll(":(now|seen|previous)(?=::)", "?");
        boolean p95 = settings.responseTimeStatistic().equals("p95");
        jdbc.query(
                connection -> {
                    PreparedStatement statement = connection.prepareStatement(sql);
                    // A hundred numbers per row come in binary: neither side prints or parses them.
                    statement.unwrap(PGStatement.class).setPrepareThreshold(-1);
                    int n = 0;
                    if (!due.everybody()) {
                        statement.setString(++n, due.seenXid());
                        statement.setTimestamp(++n, Timestamp.from(Objects.requireNonNull(due.previous())));
                    }
                    statement.setTimestamp(++n, Timestamp.from(due.now()));
                    return statement;
                },
                row -> {
                    ResponseTimes times = ResponseTimes.of(numbers(row, 5));
                    double value = p95 ? times.p95() : times.mean();
                    String metadata = "{"
                            + window(row.getObject(4, OffsetDateTime.class).toInstant(), due.now())
                            + ",\"coverage\":" + plain(times.size() / 100.0) + ",\"sample_size\":" + times.size()
                            + ",\"mean\":" + plain(times.mean()) + ",\"p50\":" + plain(times.p50())
                            + ",\"p95\":" + plain(times.p95()) + ",\"p99\":" + plain(times.p99()) + "}";
                    found.accept(measured(
                            row,
                            MetricTypes.RESPONSE_TIME,
                            value,
                            Judgement.responseTime(value, settings.responseTimeThreshold()),
                            metadata));
                });
    }

    void completionRate(Due due, Consumer<Measured> found) {
        String window = window(due.now().minus(COMPLETION_WINDOW), due.now());
        client.sql(Measures.COMPLETION_RATE.formatted(
                        due.everybody() ? Measures.EVERYBODY : Measures.COMPLETION_RATE_MOVED))
                .param("now", Timestamp.from(due.now()))
                .param("previous", due.previous() == null ? null : Timestamp.from(due.previous()))
                .param("seen", due.seenXid())
                .query(row -> {
                    long all = row.getLong(4);
                    long completed = row.getLong(5);
                    double value = 100.0 * completed / all;
                    String metadata = "{" + window + ",\"coverage\":1,\"sample_size\":" + all + ",\"completed\":"
                            + completed + "}";
                    found.accept(measured(
                            row,
                            MetricTypes.COMPLETION_RATE,
                            value,
                            Judgement.completionRate(value, all, settings.completionRateThreshold()),
                            metadata));
                });
    }

    /** How many heartbeats came lately, to all replicas. */
    double heartbeatsPerSecond(Instant now) {
        return client.sql("SELECT count(*) FROM miner_status WHERE last_heartbeat_at > :since")
                        .param("since", Timestamp.from(now.minus(LATELY)))
                        .query(Long.class)
                        .single()
                / (double) LATELY.toSeconds();
    }

    /** The pool's free capacity; empty while it has no approved miner. */
    Optional<Measured> capacity(Instant now) {
        String window = window(now, now);
        return client.sql(Measures.CAPACITY)
                .param("now", Timestamp.from(now))
                .query((row, n) -> {
                    int all = row.getInt(4);
                    int active = row.getInt(5);
                    double value = 100.0 * active / all;
                    String metadata = "{" + window + ",\"coverage\":1,\"sample_size\":" + all + ",\"total_miners\":"
                            + all + ",\"active_miners\":" + active + "}";
                    return measured(
                            row,
                            MetricTypes.CAPACITY,
                            value,
                            Judgement.capacity(value, settings.capacityThreshold()),
                            metadata);
                })
                .optional();
    }

    private static Measured measured(
            ResultSet row, String type, double value, @Nullable String severity, String metadata) throws SQLException {
        double before = row.getDouble(2);
        boolean news = row.wasNull() || before != value || !Objects.equals(row.getString(3), severity);
        return new Measured(row.getString(1), type, value, severity, metadata, news);
    }

    static String window(Instant from, Instant to) {
        return "\"window\":{\"from\":\"" + from + "\",\"to\":\"" + to + "\"}";
    }

    /** Three decimals at most; a microsecond of a millisecond, a millisecond of a second. */
    private static String plain(double value) {
        return Math.abs(value) < 1e12 ? Double.toString(Math.rint(value * 1_000) / 1_000) : Double.toString(value);
    }

    private static double[] numbers(ResultSet row, int column) throws SQLException {
        Double[] boxed = (Double[]) row.getArray(column).getArray();
        double[] numbers = new double[boxed.length];
        for (int i = 0; i < boxed.length; i++) {
            numbers[i] = boxed[i];
        }
        return numbers;
    }
}

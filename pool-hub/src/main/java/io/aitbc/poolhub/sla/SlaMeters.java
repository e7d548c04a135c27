package io.aitbc.poolhub.sla;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * The service levels as Prometheus series: one collector that hands out a snapshot, not a meter object per miner. The first
 * scrape after a collection makes it; one of another replica shows within a minute. Without the database the last one is
 * handed out. Past the bound the worst miners are shown, and a gauge says how many are left out.
 */
@Component
class SlaMeters implements MultiCollector {

    private record Series(String minerId, String type, double value, double threshold) {}

    private static final Logger LOG = LoggerFactory.getLogger(SlaMeters.class);
    private static final Duration AGE = Duration.ofSeconds(60);
    private static final Map<String, String> HELP = Map.of(
            MetricTypes.UPTIME, "Uptime over the last 24 hours, percent",
            MetricTypes.RESPONSE_TIME, "Response time over the last 100 match results, milliseconds",
            MetricTypes.COMPLETION_RATE, "Completed of all work of the last 7 days, percent",
            MetricTypes.CAPACITY, "Miners that are up and not busy, percent of all");

    private final JdbcClient jdbc;
    private final SlaSettings settings;
    private final Clock clock;
    private final ReentrantLock making = new ReentrantLock();
    private volatile long nextAt = Long.MIN_VALUE;
    private volatile MetricSnapshots snapshot = new MetricSnapshots();

    SlaMeters(JdbcClient jdbc, SlaSettings settings, Clock clock, ObjectProvider<PrometheusMeterRegistry> prometheus) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.clock = clock;
        prometheus.ifAvailable(registry -> registry.getPrometheusRegistry().register(this));
    }

    @Override
    public MetricSnapshots collect() {
        if (clock.millis() >= nextAt && making.tryLock()) {
            try {
                nextAt = clock.millis() + AGE.toMillis();
                snapshot = current();
            } catch (DataAccessException | TransactionException e) {
                LOG.warn("The service levels of the last scrape are shown again: {}", e.getMessage());
            } finally {
                making.unlock();
            }
        }
        return snapshot;
    }

    /** There are new figures. */
    void outdated() {
        nextAt = Long.MIN_VALUE;
    }

    private MetricSnapshots current() {
        Map<String, List<Series>> worst = worst();
        Map<String, Integer> counts = counts();
        List<MetricSnapshot> all = new ArrayList<>();
        GaugeSnapshot.Builder budget = GaugeSnapshot.builder()
                .name("poolhub_sla_error_budget_remaining_ratio")
                .help("Share of the allowed downtime of the last 24 hours that is left; negative when overdrawn");
        int leftOut = 0;
        for (String type : MetricTypes.ALL) {
            List<Series> shown = worst.getOrDefault(type, List.of());
            if (!type.equals(MetricTypes.CAPACITY)) {
                leftOut = Math.max(leftOut, counts.getOrDefault(type, 0) - shown.size());
            }
            GaugeSnapshot.Builder gauge =
                    GaugeSnapshot.builder().name("poolhub_sla_" + type).help(HELP.get(type));
            for (Series series : shown) {
                Labels labels = series.minerId().isEmpty() ? Labels.EMPTY : Labels.of("miner_id", series.minerId());
                gauge.dataPoint(point(labels, series.value()));
                if (type.equals(MetricTypes.UPTIME) && series.threshold() < 100) {
                    budget.dataPoint(point(labels, (series.value() - series.threshold()) / (100 - series.threshold())));
                }
            }
            all.add(gauge.build());
        }
        all.add(budget.build());
        all.add(GaugeSnapshot.builder()
                .name("poolhub_sla_metrics_miners_left_out")
                .help("Miners without series of their own, because POOLHUB_METRICS_MAX_MINERS is reached")
                .dataPoint(point(Labels.EMPTY, leftOut))
                .build());
        return new MetricSnapshots(all);
    }

    private static GaugeSnapshot.GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build();
    }

    private Map<String, List<Series>> worst() {
        return jdbc
                .sql("""
                        SELECT miner_id, metric_type, metric_value, threshold FROM (
                          SELECT *, row_number() OVER (PARTITION BY metric_type ORDER BY
                            CASE metric_type WHEN 'response_time_ms' THEN -metric_value ELSE metric_value END, miner_id) AS place
                          FROM sla_current) ranked
                        WHERE place <= :limit OR miner_id = ''
                        """)
                .param("limit", settings.metricsMaxMiners())
                .query((row, n) -> new Series(row.getString(1), row.getString(2), row.getDouble(3), row.getDouble(4)))
                .list()
                .stream()
                .collect(Collectors.groupingBy(Series::type));
    }

    private Map<String, Integer> counts() {
        Map<String, Integer> counts = new HashMap<>();
        jdbc.sql("SELECT metric_type, count(*) FROM sla_current GROUP BY metric_type")
                .query(row -> {
                    counts.put(row.getString(1), row.getInt(2));
                });
        return counts;
    }
}

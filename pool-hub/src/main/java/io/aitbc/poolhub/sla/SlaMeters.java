package io.aitbc.poolhub.sla;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The service levels as Prometheus series: one collector that hands out a snapshot made after each collection, not a meter
 * object per miner. Past the bound the worst miners are shown, and a gauge says how many are left out.
 */
@Component
class SlaMeters implements MultiCollector {

    private record Series(String minerId, String type, double value, double threshold) {}

    private static final Map<String, String> HELP = Map.of(
            MetricTypes.UPTIME, "Uptime over the last 24 hours, percent",
            MetricTypes.RESPONSE_TIME, "Response time over the last 100 match results, milliseconds",
            MetricTypes.COMPLETION_RATE, "Completed of all work of the last 7 days, percent",
            MetricTypes.CAPACITY, "Miners that are up and not busy, percent of all");

    private final JdbcClient jdbc;
    private final SlaSettings settings;
    private volatile MetricSnapshots snapshot = new MetricSnapshots();

    SlaMeters(JdbcClient jdbc, SlaSettings settings, ObjectProvider<PrometheusMeterRegistry> prometheus) {
        this.jdbc = jdbc;
        this.settings = settings;
        prometheus.ifAvailable(registry -> registry.getPrometheusRegistry().register(this));
    }

    @Override
    public MetricSnapshots collect() {
        return snapshot;
    }

    /** Another replica may have collected: its figures show here within a minute as well. */
    @Scheduled(fixedDelayString = "PT60S", initialDelayString = "PT3S")
    void refresh() {
        List<MetricSnapshot> all = new ArrayList<>();
        GaugeSnapshot.Builder budget = GaugeSnapshot.builder()
                .name("poolhub_sla_error_budget_remaining_ratio")
                .help("Share of the allowed downtime of the last 24 hours that is left; negative when overdrawn");
        int leftOut = 0;
        for (String type : MetricTypes.ALL) {
            List<Series> worst = worst(type, settings.metricsMaxMiners());
            if (!type.equals(MetricTypes.CAPACITY)) {
                leftOut = Math.max(leftOut, count(type) - worst.size());
            }
            GaugeSnapshot.Builder gauge =
                    GaugeSnapshot.builder().name("poolhub_sla_" + type).help(HELP.get(type));
            for (Series series : worst) {
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
        snapshot = new MetricSnapshots(all);
    }

    private static GaugeSnapshot.GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build();
    }

    private List<Series> worst(String type, int limit) {
        String order = type.equals(MetricTypes.RESPONSE_TIME) ? "DESC" : "ASC";
        int most = type.equals(MetricTypes.CAPACITY) ? 1 : limit;
        return jdbc.sql("SELECT miner_id, metric_value, threshold FROM sla_current WHERE metric_type = :type"
                        + " ORDER BY metric_value " + order + ", miner_id LIMIT :limit")
                .param("type", type)
                .param("limit", most)
                .query((row, n) -> new Series(row.getString(1), type, row.getDouble(2), row.getDouble(3)))
                .list();
    }

    private int count(String type) {
        return jdbc.sql("SELECT count(*) FROM sla_current WHERE metric_type = :type")
                .param("type", type)
                .query(Integer.class)
                .single();
    }
}

package io.aitbc.poolhub.sla;

import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Thresholds and intervals of the service levels.
 *
 * @param reportIntervalSeconds between two attempts to tell the coordinator of episodes that are over
 * @param responseTimeStatistic {@code mean} or {@code p95}: which one is judged
 */
@ConfigurationProperties("sla")
record SlaSettings(
        double uptimeThreshold,
        double responseTimeThreshold,
        double completionRateThreshold,
        double capacityThreshold,
        int collectionIntervalSeconds,
        int reportIntervalSeconds,
        String responseTimeStatistic,
        int retentionDays,
        int metricsMaxMiners) {

    SlaSettings {
        within("SLA_UPTIME_THRESHOLD", uptimeThreshold, 0, 100);
        within("SLA_RESPONSE_TIME_THRESHOLD", responseTimeThreshold, 1, 86_400_000);
        within("SLA_COMPLETION_RATE_THRESHOLD", completionRateThreshold, 0, 100);
        within("SLA_CAPACITY_THRESHOLD", capacityThreshold, 0, 100);
        within("SLA_COLLECTION_INTERVAL_SECONDS", collectionIntervalSeconds, 1, 86_400);
        within("SLA_REPORT_INTERVAL_SECONDS", reportIntervalSeconds, 1, 3_600);
        within("SLA_RETENTION_DAYS", retentionDays, 8, 3_650);
        within("POOLHUB_METRICS_MAX_MINERS", metricsMaxMiners, 0, 1_000_000);
        responseTimeStatistic = responseTimeStatistic.toLowerCase(Locale.ROOT);
        if (!responseTimeStatistic.equals("mean") && !responseTimeStatistic.equals("p95")) {
            throw new IllegalArgumentException(
                    "SLA_RESPONSE_TIME_STATISTIC must be mean or p95, was " + responseTimeStatistic);
        }
    }

    /** What a type is judged by. */
    double threshold(String type) {
        return switch (type) {
            case MetricTypes.UPTIME -> uptimeThreshold;
            case MetricTypes.RESPONSE_TIME -> responseTimeThreshold;
            case MetricTypes.COMPLETION_RATE -> completionRateThreshold;
            case MetricTypes.CAPACITY -> capacityThreshold;
            default -> throw new IllegalArgumentException("no service level " + type);
        };
    }

    /** All that decides what a measurement becomes; two settings that say the same here judge alike. */
    String judgedBy() {
        return uptimeThreshold + " " + responseTimeThreshold + " " + responseTimeStatistic + " "
                + completionRateThreshold + " " + capacityThreshold;
    }

    private static void within(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    name + " must be within " + plain(least) + ".." + plain(most) + ", was " + plain(value));
        }
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}

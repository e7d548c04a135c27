package io.aitbc.poolhub.capacity;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How often the pool is counted, and when somebody is told.
 *
 * @param alertThresholdPct demand against capacity that is told of, unless another was configured by {@code POST}
 */
@ConfigurationProperties("capacity")
record CapacitySettings(double alertThresholdPct, int snapshotIntervalSeconds, int retentionDays) {

    CapacitySettings {
        within("CAPACITY_ALERT_THRESHOLD_PCT", alertThresholdPct, 1, 100);
        within("CAPACITY_SNAPSHOT_INTERVAL_SECONDS", snapshotIntervalSeconds, 1, 86_400);
        within("CAPACITY_RETENTION_DAYS", retentionDays, 8, 3_650);
    }

    private static void within(String name, double value, int least, int most) {
        if (!(value >= least && value <= most)) {
            String said = value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
            throw new IllegalArgumentException(name + " must be within " + least + ".." + most + ", was " + said);
        }
    }
}

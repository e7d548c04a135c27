package io.aitbc.monitoring.collect;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How windows are collected.
 *
 * @param artifactsDir ARTIFACTS_DIR: the folder that all artifacts are in
 * @param slackSeconds COLLECT_SLACK_SECONDS: how long after the last scrape that belongs to a window it is collected; 0..3600
 * @param leaseSeconds COLLECT_LEASE_SECONDS: after how long a run whose process was killed is taken up again; 5..600
 */
@ConfigurationProperties("monitoring.collect")
record CollectSettings(String artifactsDir, int slackSeconds, int leaseSeconds) {

    CollectSettings {
        if (slackSeconds < 0 || slackSeconds > 3600) {
            throw new IllegalArgumentException("COLLECT_SLACK_SECONDS must be within 0..3600, was " + slackSeconds);
        }
        if (leaseSeconds < 5 || leaseSeconds > 600) {
            throw new IllegalArgumentException("COLLECT_LEASE_SECONDS must be within 5..600, was " + leaseSeconds);
        }
    }
}

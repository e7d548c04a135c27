package io.aitbc.monitoring.config;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The file, for MONITORING_TARGETS=config.
 *
 * @param path PROMETHEUS_CONFIG_PATH: the configuration that Prometheus runs, on a file system that both see
 * @param promtool PROMTOOL: the program that checks it; where there is none, it is not asked
 * @param patienceSeconds PROMETHEUS_RELOAD_SECONDS: how long Prometheus may take until it scrapes what it was told; 1..120
 */
@ConfigurationProperties("monitoring.config")
record ConfigSettings(Path path, String promtool, int patienceSeconds) {

    ConfigSettings {
        if (path.toString().isBlank() || path.getFileName() == null) {
            throw new IllegalArgumentException("PROMETHEUS_CONFIG_PATH must name a file, was '" + path + "'");
        }
        if (patienceSeconds < 1 || patienceSeconds > 120) {
            throw new IllegalArgumentException(
                    "PROMETHEUS_RELOAD_SECONDS must be within 1..120, was " + patienceSeconds);
        }
    }

    Duration patience() {
        return Duration.ofSeconds(patienceSeconds);
    }
}

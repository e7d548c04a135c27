package io.aitbc.monitoring.prometheus;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The Prometheus server.
 *
 * @param url PROMETHEUS_URL: its base, http or https
 * @param timeoutSeconds PROMETHEUS_TIMEOUT_SECONDS: how long one answer may take; 1..600
 */
@ConfigurationProperties("monitoring.prometheus")
record PrometheusSettings(URI url, int timeoutSeconds) {

    PrometheusSettings {
        if (!("http".equals(url.getScheme()) || "https".equals(url.getScheme())) || url.getHost() == null) {
            throw new IllegalArgumentException("PROMETHEUS_URL must be an http or https URL, was '" + url + "'");
        }
        if (url.getUserInfo() != null || url.getQuery() != null || url.getFragment() != null) {
            throw new IllegalArgumentException(
                    "PROMETHEUS_URL must have neither a user nor a query, for it is written into artifacts");
        }
        if (timeoutSeconds < 1 || timeoutSeconds > 600) {
            throw new IllegalArgumentException(
                    "PROMETHEUS_TIMEOUT_SECONDS must be within 1..600, was " + timeoutSeconds);
        }
    }
}

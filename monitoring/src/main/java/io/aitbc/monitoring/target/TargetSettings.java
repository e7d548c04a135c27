package io.aitbc.monitoring.target;

import io.aitbc.monitoring.session.Durations;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How targets get into Prometheus, and what holds for those that say nothing else.
 *
 * @param way MONITORING_TARGETS: http-sd or config
 * @param defaultScrapeTimeout DEFAULT_SCRAPE_TIMEOUT: 1s to 1h; where the interval is shorter, that
 */
@ConfigurationProperties("monitoring.targets")
record TargetSettings(String way, String defaultScrapeTimeout) {

    TargetSettings {
        if (!way.equals("http-sd") && !way.equals("config")) {
            throw new IllegalArgumentException("MONITORING_TARGETS must be http-sd or config, was '" + way + "'");
        }
        Durations.setting("DEFAULT_SCRAPE_TIMEOUT", defaultScrapeTimeout);
    }

    boolean isByHttp() {
        return way.equals("http-sd");
    }

    Duration timeout() {
        return Durations.setting("DEFAULT_SCRAPE_TIMEOUT", defaultScrapeTimeout);
    }
}

package io.aitbc.monitoring.session;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What holds for sessions that say nothing else.
 *
 * @param defaultScrapeInterval DEFAULT_SCRAPE_INTERVAL: 1s to 1h
 */
@ConfigurationProperties("monitoring.sessions")
record SessionSettings(String defaultScrapeInterval) {

    SessionSettings {
        Durations.setting("DEFAULT_SCRAPE_INTERVAL", defaultScrapeInterval);
    }

    Duration interval() {
        return Durations.setting("DEFAULT_SCRAPE_INTERVAL", defaultScrapeInterval);
    }
}

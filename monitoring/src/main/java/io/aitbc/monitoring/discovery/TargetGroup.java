package io.aitbc.monitoring.discovery;

import io.aitbc.monitoring.session.Durations;
import io.aitbc.monitoring.target.ScrapedTarget;
import io.aitbc.monitoring.target.Target;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What Prometheus reads of one target.
 *
 * @param targets host:port
 * @param labels those of its series, and those that begin with __, which say how to scrape it
 */
record TargetGroup(List<String> targets, Map<String, String> labels) {

    static TargetGroup of(ScrapedTarget scraped) {
        Target target = scraped.target();
        SortedMap<String, String> labels = scraped.labels();
        labels.put("__metrics_path__", target.metricsPath());
        labels.put("__scheme__", target.scheme());
        labels.put("__scrape_interval__", Durations.print(target.scrapeInterval()));
        labels.put("__scrape_timeout__", Durations.print(target.scrapeTimeout()));
        // One value each: TargetRules takes no others where Prometheus asks.
        target.params().forEach((name, values) -> labels.put("__param_" + name, values.get(0)));
        return new TargetGroup(target.targets(), labels);
    }
}

package io.aitbc.monitoring.target;

import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A target that is to be scraped.
 *
 * @param sessionLabels the labels of its session
 */
public record ScrapedTarget(Target target, Map<String, String> sessionLabels) {

    public ScrapedTarget {
        sessionLabels = Map.copyOf(sessionLabels);
    }

    /** The labels that each of its series has, but {@code instance}. */
    public SortedMap<String, String> labels() {
        SortedMap<String, String> labels = new TreeMap<>(sessionLabels);
        labels.put("job", target.jobName());
        labels.put("session_id", target.sessionId());
        labels.put("job_id", target.jobId());
        labels.put("target_type", target.type().name().toLowerCase(Locale.ROOT));
        return labels;
    }
}

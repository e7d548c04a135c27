package io.aitbc.monitoring.artifact;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** A figure over time, for one set of labels. */
public final class KpiSeries {

    private final String kpi;
    private final Map<String, String> labels;
    private final long[] millis;
    private final double[] values;

    /**
     * A series.
     *
     * @param millis since 1970, ascending
     * @param values finite, one for each time
     */
    public KpiSeries(String kpi, Map<String, String> labels, long[] millis, double[] values) {
        if (millis.length != values.length) {
            throw new IllegalArgumentException("as many values as times are needed");
        }
        this.kpi = kpi;
        this.labels = Collections.unmodifiableMap(new TreeMap<>(labels));
        this.millis = millis.clone();
        this.values = values.clone();
    }

    String kpi() {
        return kpi;
    }

    Map<String, String> labels() {
        return labels;
    }

    int size() {
        return millis.length;
    }

    long millis(int i) {
        return millis[i];
    }

    Instant time(int i) {
        return Instant.ofEpochMilli(millis[i]);
    }

    double value(int i) {
        return values[i];
    }
}

package io.aitbc.coordinator.pricing;

import java.math.BigDecimal;

/**
 * What is given back where service was worse than promised.
 *
 * @param metric such as {@code uptime_pct}
 * @param below the credit is due where less than this was measured
 * @param creditPct of the charges concerned, 0..100
 */
public record SlaCredit(String metric, BigDecimal below, BigDecimal creditPct) {

    private static final BigDecimal ALL = BigDecimal.valueOf(100);

    public SlaCredit {
        if (metric.isBlank()) {
            throw new IllegalArgumentException("an SLA credit needs a metric");
        }
        if (creditPct.signum() < 0 || creditPct.compareTo(ALL) > 0) {
            throw new IllegalArgumentException("a credit must be within 0..100 %, was " + creditPct.toPlainString());
        }
    }

    boolean appliesTo(String measuredMetric, BigDecimal measured) {
        return metric.equals(measuredMetric) && measured.compareTo(below) < 0;
    }
}

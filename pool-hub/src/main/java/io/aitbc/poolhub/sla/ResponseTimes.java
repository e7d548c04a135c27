package io.aitbc.poolhub.sla;

import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.Quantile;

/**
 * Mean and percentiles of response times, in milliseconds. A percentile lies between the two nearest values in proportion, as
 * with PostgreSQL's {@code percentile_cont} (type 7 of Hyndman and Fan, 1996).
 *
 * @param size of the sample, at least 1
 */
record ResponseTimes(int size, double mean, double p50, double p95, double p99) {

    private static final Quantile QUANTILE =
            Quantile.withDefaults().with(Quantile.EstimationMethod.HF7).withCopy(false);

    /** Of a sample that is not empty; its order is changed. */
    static ResponseTimes of(double[] milliseconds) {
        double mean = Mean.of(milliseconds).getAsDouble();
        double[] percentiles = QUANTILE.evaluate(milliseconds, 0.50, 0.95, 0.99);
        return new ResponseTimes(milliseconds.length, mean, percentiles[0], percentiles[1], percentiles[2]);
    }
}

package io.aitbc.monitoring.prometheus;

/** Prometheus does not answer, or not in time, or something else answers in its place. */
public final class PrometheusAway extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PrometheusAway(String message, Throwable cause) {
        super(message, cause);
    }

    PrometheusAway(String message) {
        super(message);
    }
}

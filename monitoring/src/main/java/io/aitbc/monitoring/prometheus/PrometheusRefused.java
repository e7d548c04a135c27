package io.aitbc.monitoring.prometheus;

/** Prometheus answers that it will not, or cannot. */
public final class PrometheusRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String errorType;

    PrometheusRefused(int status, String errorType, String message) {
        super(message);
        this.status = status;
        this.errorType = errorType;
    }

    /** The status of its answer. */
    public int status() {
        return status;
    }

    /**
     * Its own word for it, such as {@code bad_data}, {@code execution} or {@code timeout}; {@code too_large} when its answer was too
     * long to be read; empty when it says none.
     */
    public String errorType() {
        return errorType;
    }
}

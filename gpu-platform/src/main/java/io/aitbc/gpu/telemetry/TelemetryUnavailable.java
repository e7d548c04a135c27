package io.aitbc.gpu.telemetry;

/** A source gave nothing that can be used; the message is one sentence that says what and where. */
public final class TelemetryUnavailable extends Exception {

    private static final long serialVersionUID = 1L;

    public TelemetryUnavailable(String message) {
        super(message);
    }

    public TelemetryUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}

package io.aitbc.monitoring.config;

/** The file is none that jobs can be written into; the message ends "the configuration cannot be changed: …". */
final class ConfigUnusable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ConfigUnusable(String message) {
        super(message);
    }
}

package io.aitbc.service.configuration;

import java.util.List;

/** A production start without API keys. */
final class KeysMissing extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    KeysMissing(List<String> names) {
        super("No value for " + String.join(", ", names)
                + ". With SPRING_DATASOURCE_URL set, keys are never made up: set each of them to a long random secret"
                + " (for example with: openssl rand -base64 32).");
    }
}

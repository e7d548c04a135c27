package io.aitbc.monitoring.access;

import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Whether the machine's own users need a key.
 *
 * @param deploymentMode DEPLOYMENT_MODE: development or production; empty lets the database decide
 */
@ConfigurationProperties("monitoring.access")
record AccessSettings(String deploymentMode) {

    AccessSettings {
        deploymentMode = deploymentMode.strip().toLowerCase(Locale.ROOT);
        if (!deploymentMode.isEmpty()
                && !deploymentMode.equals("development")
                && !deploymentMode.equals("production")) {
            throw new IllegalArgumentException(
                    "DEPLOYMENT_MODE must be development or production, was '" + deploymentMode + "'");
        }
    }

    boolean isDevelopment(boolean isEmbedded) {
        return deploymentMode.isEmpty() ? isEmbedded : deploymentMode.equals("development");
    }
}

package io.aitbc.service.configuration;

import io.aitbc.postgres.EmbeddedPostgresException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/** Says why a service refuses to start in one sentence instead of a stack trace. */
public final class StartRefusals implements FailureAnalyzer {

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof KeysMissing
                    || cause instanceof CredentialsUnusable
                    || cause instanceof EmbeddedPostgresException) {
                return new FailureAnalysis(
                        String.valueOf(cause.getMessage()), "Do what the sentence above says.", cause);
            }
            if (cause instanceof ConfigurationPropertiesBindException) {
                return settings(cause);
            }
        }
        return null;
    }

    private static @Nullable FailureAnalysis settings(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        // Sentences that start with a variable's name are ours; the rest Spring explains better itself.
        String message = String.valueOf(root.getMessage());
        return message.matches("(?s)[A-Z][A-Z0-9_]{3,} .*")
                ? new FailureAnalysis(message, "Correct that environment variable and start again.", failure)
                : null;
    }
}

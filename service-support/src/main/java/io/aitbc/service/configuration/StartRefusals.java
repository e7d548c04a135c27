package io.aitbc.service.configuration;

import io.aitbc.postgres.EmbeddedPostgresException;
import java.sql.SQLException;
import org.flywaydb.core.api.exception.FlywayValidateException;
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
                    || cause instanceof SettingRefused
                    || cause instanceof EmbeddedPostgresException) {
                return new FailureAnalysis(
                        String.valueOf(cause.getMessage()), "Do what the sentence above says.", cause);
            }
            if (cause instanceof ConfigurationPropertiesBindException) {
                return settings(cause);
            }
            if (cause instanceof FlywayValidateException
                    && String.valueOf(cause.getMessage()).contains("applied migration not resolved locally")) {
                return new FailureAnalysis(
                        "The database was written by a newer version of this service, which this one does not know.",
                        "Start that version, or restore the backup from before the upgrade (docs/operations/upgrade.md).",
                        cause);
            }
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                FailureAnalysis database = database(sql, sql.getSQLState());
                if (database != null) {
                    return database;
                }
            }
        }
        return null;
    }

    private static @Nullable FailureAnalysis database(SQLException failure, String state) {
        String said = String.valueOf(failure.getMessage()).replaceAll("(?s)^(ERROR|FATAL): |\\n.*", "");
        String what = switch (state.substring(0, Math.min(2, state.length()))) {
            case "08", "57" -> "The database does not answer: ";
            case "28" -> "The database does not let this service in: ";
            case "3D" -> "The database is not there: ";
            // Raised by our own migrations, as a sentence.
            case "P0" -> "";
            default -> null;
        };
        return what == null
                ? null
                : new FailureAnalysis(
                        what + said,
                        what.isEmpty()
                                ? "Do what the sentence above says."
                                : "Look at the server, and at SPRING_DATASOURCE_URL, SPRING_DATASOURCE_USERNAME and"
                                        + " SPRING_DATASOURCE_PASSWORD; then start again.",
                        failure);
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

package io.aitbc.service.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Objects;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.ErrorDetails;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;

class StartRefusalsTest {

    private final StartRefusals refusals = new StartRefusals();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "08001 | Connection to 127.0.0.1:5432 refused. | The database does not answer: Connection to 127.0.0.1:5432 refused.",
                "57P03 | FATAL: the database system is starting up | The database does not answer: the database system is starting up",
                "28P01 | FATAL: password authentication failed for user \"hub\" | The database does not let this service in: password authentication failed for user \"hub\"",
                "3D000 | FATAL: database \"x\" does not exist | The database is not there: database \"x\" does not exist",
                "P0001 | ERROR: PostgreSQL 16 is needed. | PostgreSQL 16 is needed.",
            })
    void aDatabaseThatCannotBeUsedIsOneSentence(String state, String said, String sentence) {
        FailureAnalysis analysis =
                analyzed(new IllegalStateException("bean", new SQLException(said + "\n  Where: somewhere", state)));

        assertThat(analysis.getDescription()).isEqualTo(sentence);
        assertThat(analysis.getAction()).isNotBlank();
    }

    @Test
    void aSettingThatIsRefusedIsTheSentenceThatSaysWhy() {
        String sentence = "SOME_SETTING was true, and is false now. Set it back.";
        assertThat(analyzed(new IllegalStateException("bean", new SettingRefused(sentence)))
                        .getDescription())
                .isEqualTo(sentence);
    }

    @Test
    void whatIsNoFaultOfTheSurroundingsKeepsItsStack() {
        assertThat(refusals.analyze(new IllegalStateException("bean", new SQLException("syntax", "42601"))))
                .isNull();
        assertThat(refusals.analyze(new SQLException("no state"))).isNull();
        assertThat(refusals.analyze(new IllegalStateException("other"))).isNull();
    }

    @Test
    void aNewerDatabaseIsRefused() {
        FailureAnalysis analysis = analyzed(new IllegalStateException(new FlywayValidateException(
                new ErrorDetails(
                        CoreErrorCode.APPLIED_VERSIONED_MIGRATION_NOT_RESOLVED,
                        "Detected applied migration not resolved locally: 99."),
                "Detected applied migration not resolved locally: 99.")));

        assertThat(analysis.getDescription()).contains("newer version");
    }

    private FailureAnalysis analyzed(Throwable failure) {
        return Objects.requireNonNull(refusals.analyze(failure));
    }
}

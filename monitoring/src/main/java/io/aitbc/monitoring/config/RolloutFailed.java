package io.aitbc.monitoring.config;

import io.aitbc.service.web.Problem;
import java.time.Duration;
import org.springframework.http.HttpStatus;

/** A generation came to nothing. */
final class RolloutFailed extends Exception {

    private static final long serialVersionUID = 1L;

    private final Verdict verdict;

    RolloutFailed(Verdict verdict, String message) {
        super(message);
        this.verdict = verdict;
    }

    Verdict verdict() {
        return verdict;
    }

    /** The answer to the request that caused it. */
    Problem problem() {
        String said = getMessage() + " The change is not kept.";
        return switch (verdict) {
            case AWAY -> Problem.unavailable("prometheus-away", said, Duration.ofSeconds(5));
            case REFUSED -> Problem.conflict("config-refused", said);
            case OVERWRITTEN -> Problem.conflict("config-changed", said);
            case PARTIAL -> Problem.of(HttpStatus.BAD_GATEWAY, "prometheus-partial", said);
            case REJECTED -> Problem.of(HttpStatus.BAD_GATEWAY, "prometheus-rejected", said);
            case WRITING, APPLIED, ROLLED_BACK -> throw new IllegalStateException(verdict + " is no failure");
        };
    }
}

package io.aitbc.monitoring.prometheus;

import io.aitbc.service.web.Problem;
import java.time.Duration;
import java.util.Set;

/** What a caller is told when Prometheus says no, or nothing. */
final class PrometheusProblems {

    private static final Duration RETRY = Duration.ofSeconds(5);
    private static final Set<String> OF_THE_QUESTION = Set.of("bad_data", "execution", "too_large", "not_acceptable");
    private static final Set<String> OF_THE_MOMENT = Set.of("timeout", "canceled", "unavailable");

    private PrometheusProblems() {}

    static Problem of(PrometheusAway away) {
        return Problem.unavailable("prometheus-away", String.valueOf(away.getMessage()), RETRY);
    }

    static Problem of(PrometheusRefused refused) {
        return problem(refused).with("error_type", refused.errorType()).with("prometheus_status", refused.status());
    }

    private static Problem problem(PrometheusRefused refused) {
        String text = String.valueOf(refused.getMessage());
        if (OF_THE_QUESTION.contains(refused.errorType())) {
            return Problem.unprocessable("prometheus-refused", text);
        }
        if (OF_THE_MOMENT.contains(refused.errorType())) {
            return Problem.unavailable("prometheus-refused", text, RETRY);
        }
        if (refused.errorType().equals("not_found")) {
            return Problem.notFound("prometheus-refused", text);
        }
        if (refused.status() == 403) {
            return Problem.conflict(
                    "prometheus-refused", text + " (Prometheus must run with --web.enable-lifecycle to be reloaded.)");
        }
        return Problem.badGateway("prometheus-refused", text);
    }
}

package io.aitbc.service.lifetime;

import io.aitbc.service.security.Open;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The same metrics as {@code /actuator/prometheus}, where older scrape configurations look. */
@Open // fenced beside /actuator/prometheus, by the same rule
@RestController
class MetricsController {

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry;

    MetricsController(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    @Operation(summary = "Metrics in Prometheus' text format; needs the viewer role unless METRICS_PUBLIC=true")
    @GetMapping(path = "/metrics", produces = TEXT)
    void metrics(HttpServletResponse response) throws IOException {
        response.setContentType(TEXT);
        registry.scrape(response.getOutputStream(), TEXT);
    }
}

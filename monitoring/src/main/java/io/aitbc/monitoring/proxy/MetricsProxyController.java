package io.aitbc.monitoring.proxy;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What an exporter says now, or why it cannot be told. */
@RestController
@Allowed({Role.VIEWER, Role.OPERATOR})
class MetricsProxyController {

    private final ExporterRegistry registry;
    private final Relay relay;

    MetricsProxyController(ExporterRegistry registry, Relay relay) {
        this.registry = registry;
        this.relay = relay;
    }

    @GetMapping("/metrics/{service}/{jobId}")
    @Operation(
            summary = "The metrics of a registered exporter, untouched",
            description =
                    "502 when it cannot be reached, answers anything but 200, or too much; 504 when it takes longer than"
                            + " X-Prometheus-Scrape-Timeout-Seconds less 0.25 s (without that header: 10 s). Needs no key with"
                            + " METRICS_PUBLIC=true.")
    void metrics(
            @PathVariable @Pattern(regexp = JobNames.SERVICE, message = JobNames.RULE) String service,
            @PathVariable @Pattern(regexp = JobNames.JOB_ID, message = JobNames.RULE) String jobId,
            HttpServletRequest request,
            HttpServletResponse response) {
        URI address = registry.addressOf(service, jobId).orElseThrow(() -> {
            relay.unregistered();
            return Problem.notFound(
                    "exporter-not-found",
                    "No exporter is registered for " + service + "/" + jobId + "; PUT /api/v1/exporters/" + service
                            + "/" + jobId + " registers one.");
        });
        if (!relay.pass(service + "/" + jobId, address, ScrapeWish.of(request), response)) {
            CutOffFilter.cut(request);
        }
    }
}

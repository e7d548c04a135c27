package io.aitbc.monitoring.chain;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Role;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The metrics of chain nodes, each at a path of its own, as if it exported them itself. */
@RestController
@Allowed({Role.VIEWER, Role.OPERATOR})
class ChainController {

    private final ChainWatch watch;
    private final ExpositionFormats formats = ExpositionFormats.init();

    ChainController(ChainWatch watch) {
        this.watch = watch;
    }

    @GetMapping("/metrics/chain/{node}")
    @Operation(
            summary = "The metrics of a chain node of CHAIN_NODES",
            description = "While the node does not answer: chain_up 0, and nothing else. Needs no key with"
                    + " METRICS_PUBLIC=true.")
    void metrics(@PathVariable String node, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var metrics = watch.metrics(node);
        ExpositionFormatWriter writer = formats.findWriter(request.getHeader(HttpHeaders.ACCEPT));
        response.setContentType(writer.getContentType());
        writer.write(response.getOutputStream(), metrics);
    }
}

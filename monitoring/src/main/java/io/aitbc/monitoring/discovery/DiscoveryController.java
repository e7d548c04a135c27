package io.aitbc.monitoring.discovery;

import io.aitbc.monitoring.target.Targets;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * All targets, in the format of Prometheus' http_sd_configs. None where they are written into its configuration: a Prometheus that
 * still asks would scrape each twice, and an answer that is no list would have it keep the one that it has.
 */
@RestController
@Allowed({Role.VIEWER, Role.OPERATOR})
class DiscoveryController {

    private final Targets targets;
    private final boolean areWritten;

    DiscoveryController(Targets targets, @Value("${monitoring.targets.way}") String way) {
        this.targets = targets;
        this.areWritten = way.equals("config");
    }

    @GetMapping(path = "/api/v1/sd/targets", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "What Prometheus is to scrape, for its http_sd_configs",
            description = "503 while the database is away: Prometheus then keeps the list that it has. Empty where"
                    + " MONITORING_TARGETS is config.")
    List<TargetGroup> targets() {
        return areWritten
                ? List.of()
                : targets.scraped().stream().map(TargetGroup::of).toList();
    }
}

package io.aitbc.monitoring.discovery;

import io.aitbc.monitoring.target.Targets;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** All targets, in the format of Prometheus' http_sd_configs. */
@RestController
@Allowed({Role.VIEWER, Role.OPERATOR})
@ConditionalOnProperty(name = "monitoring.targets.way", havingValue = "http-sd")
class DiscoveryController {

    private final Targets targets;

    DiscoveryController(Targets targets) {
        this.targets = targets;
    }

    @GetMapping(path = "/api/v1/sd/targets", produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "What Prometheus is to scrape, for its http_sd_configs",
            description = "503 while the database is away: Prometheus then keeps the list that it has.")
    List<TargetGroup> targets() {
        return targets.scraped().stream().map(TargetGroup::of).toList();
    }
}

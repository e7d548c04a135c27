package io.aitbc.poolhub.gpu;

import io.aitbc.gpu.remediation.Incidents;
import io.aitbc.gpu.remediation.Incidents.Incident;
import io.aitbc.gpu.remediation.Incidents.Member;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What many alerts have in common. */
@RestController
@Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER})
class IncidentController {

    private final Incidents incidents = new Incidents(Duration.ofMinutes(10));
    private final Gpus gpus;
    private final Alerts alerts;

    IncidentController(Gpus gpus, Alerts alerts) {
        this.gpus = gpus;
        this.alerts = alerts;
    }

    @Operation(
            summary = "Open alerts of three or more GPUs with the same trouble and a model, driver or miner in common")
    @GetMapping("/v1/incidents")
    List<Incident> list() {
        Map<String, Gpu> byUuid = new HashMap<>();
        Map<String, Integer> sizes = new HashMap<>();
        for (Gpu gpu : gpus.all()) {
            byUuid.put(gpu.gpuUuid(), gpu);
            gpu.groups().forEach(group -> sizes.merge(group, 1, Integer::sum));
        }
        List<Member> open = new ArrayList<>();
        alerts.acting().forEach((uuid, all) -> {
            Gpu gpu = byUuid.get(uuid);
            if (gpu != null) {
                all.forEach(
                        alert -> open.add(new Member(uuid, alert.rule(), alert.firedAt(), Set.copyOf(gpu.groups()))));
            }
        });
        return incidents.find(open, sizes);
    }
}

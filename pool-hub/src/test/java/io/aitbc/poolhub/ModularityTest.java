package io.aitbc.poolhub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTest {

    private final ApplicationModules modules = ApplicationModules.of(PoolHubApplication.class);

    @Test
    void featuresUseEachOtherOnlyAsTheyDeclare() {
        modules.verify();
    }

    @Test
    void everyFeatureIsAModule() {
        assertThat(modules.stream().map(module -> module.getIdentifier().toString()))
                .containsExactlyInAnyOrder(
                        "capacity",
                        "commit",
                        "console",
                        "coordinator",
                        "gpu",
                        "importing",
                        "job",
                        "lane",
                        "match",
                        "miner",
                        "sla",
                        "telemetry",
                        "usage");
    }
}

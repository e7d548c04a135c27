package io.aitbc.poolhub;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTest {

    private final ApplicationModules modules = ApplicationModules.of(PoolHubApplication.class);

    @Test
    void featuresUseEachOtherOnlyAsDeclaredAndWithoutCycles() {
        modules.verify();
    }

    @Test
    void theModulesAreTheFeatures() {
        assertThat(modules.stream().map(ApplicationModule::getName))
                .containsExactlyInAnyOrder("commit", "miner", "match", "sla", "usage", "importing");
    }
}

package io.aitbc.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;

class ModulesTest {

    private final ApplicationModules modules = ApplicationModules.of(MonitoringApplication.class);

    @Test
    void noFeatureReachesIntoAnotherAndNoneIsInACircle() {
        modules.verify();
    }

    @Test
    void theFeaturesAreTheseAndNoMore() {
        assertThat(modules.stream().map(ApplicationModule::getIdentifier).map(Object::toString))
                .containsExactlyInAnyOrder(
                        "access",
                        "artifact",
                        "chain",
                        "cli",
                        "collect",
                        "config",
                        "discovery",
                        "prometheus",
                        "proxy",
                        "recipe",
                        "session",
                        "target");
    }
}

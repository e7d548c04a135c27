package io.aitbc.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;

class ModulesTest {

    private final ApplicationModules modules = ApplicationModules.of(CoordinatorApplication.class);

    @Test
    void noFeatureReachesIntoAnotherAndNoneIsInACircle() {
        modules.verify();
    }

    @Test
    void theFeaturesAreTheseAndNoMore() {
        assertThat(modules.stream().map(ApplicationModule::getIdentifier).map(Object::toString))
                .containsExactlyInAnyOrder(
                        "account",
                        "capacity",
                        "tenant",
                        "usage",
                        "invoice",
                        "pricing",
                        "pricebook",
                        "notification",
                        "sla",
                        "payout",
                        "job");
    }
}

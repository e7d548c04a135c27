package io.aitbc.coordinator.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.coordinator.RunningCoordinator;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What Prometheus sees of a day's usage; in a currency of its own, since all tests share the ledger. */
class DayMetersTest extends RunningCoordinator {

    @Autowired
    DayMeters meters;

    @Test
    void theLastDayIsShownByResourceAndCurrencyAndGoesWithItsTime() {
        emptyDefaultPlan("MXN");
        String tenant = tenant("MXN", "UTC");
        usage(event(unique("e"), tenant, "gpu_hours", "2", ", \"unit_price\": 0.75"));
        usage(event(unique("e"), tenant, "gpu_hours", "1", ", \"unit_price\": 0.25"));
        meters.look();
        assertThat(inPesos())
                .containsExactlyInAnyOrder(
                        "coordinator_usage_last_day_quantity{currency=\"MXN\",resource_type=\"gpu_hours\"} 3.0",
                        "coordinator_usage_last_day_cost{currency=\"MXN\",resource_type=\"gpu_hours\"} 1.75");
        clock.set(NOON.plus(Duration.ofHours(25)));
        meters.look();
        assertThat(inPesos()).isEmpty();
    }

    private List<String> inPesos() {
        return get(VIEWER, "/actuator/prometheus")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith("coordinator_usage_last_day") && line.contains("MXN"))
                .toList();
    }
}

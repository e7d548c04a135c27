package io.aitbc.gpu.remediation;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.gpu.remediation.Incidents.Incident;
import io.aitbc.gpu.remediation.Incidents.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Twenty alerts with one cause are one incident. */
class IncidentsTest {

    private static final Instant T0 = Instant.parse("2026-03-01T00:00:00Z");
    private static final Map<String, Integer> SIZES = Map.of(
            "model=H100", 100, "model=L40S", 60, "driver=595", 40, "driver=590", 120, "rack=7", 20, "rack=8", 140);

    private final Incidents incidents = new Incidents(Duration.ofMinutes(15));

    @Test
    void twentyHotGpusInOneRackAreOneIncident() {
        List<Member> open = new ArrayList<>();
        for (int gpu = 0; gpu < 20; gpu++) {
            open.add(member(gpu, "THERMAL_WARNING", 10 * gpu, "rack=7", gpu % 2 == 0 ? "model=H100" : "model=L40S"));
        }
        assertThat(incidents.find(open, SIZES)).singleElement().satisfies(incident -> {
            assertThat(incident.group()).isEqualTo("rack=7");
            assertThat(incident.gpus()).hasSize(20);
            assertThat(incident.since()).isEqualTo(T0);
        });
    }

    @Test
    void theSmallestGroupThatExplainsThemAllIsNamed() {
        List<Member> open = new ArrayList<>();
        for (int gpu = 0; gpu < 10; gpu++) {
            open.add(member(gpu, "XID_HARDWARE", gpu, "driver=595", "model=L40S", "rack=8"));
        }
        assertThat(incidents.find(open, SIZES)).extracting(Incident::group).containsExactly("driver=595");
    }

    @Test
    void fewAlertsOrAlertsFarApartAreNone() {
        assertThat(incidents.find(
                        List.of(member(1, "THERMAL_WARNING", 0, "rack=7"), member(2, "THERMAL_WARNING", 0, "rack=7")),
                        SIZES))
                .isEmpty();
        List<Member> apart = new ArrayList<>();
        for (int gpu = 0; gpu < 10; gpu++) {
            apart.add(member(gpu, "THERMAL_WARNING", gpu * 3_600, "rack=7"));
        }
        assertThat(incidents.find(apart, SIZES)).isEmpty();
    }

    @Test
    void aHandfulOfALargeGroupIsChance() {
        List<Member> open = new ArrayList<>();
        for (int gpu = 0; gpu < 5; gpu++) {
            open.add(member(gpu, "THERMAL_WARNING", 0, "rack=8"));
        }
        assertThat(incidents.find(open, SIZES)).isEmpty();
    }

    private static Member member(int gpu, String rule, long seconds, String... groups) {
        return new Member("GPU-" + gpu, rule, T0.plusSeconds(seconds), Set.of(groups));
    }
}

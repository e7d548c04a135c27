package io.aitbc.coordinator.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.coordinator.RunningCoordinator;
import io.aitbc.coordinator.pricing.Decimals;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The sums that are priced: what costs the same is one row, what does not is never added up. */
class UsageSumsTest extends RunningCoordinator {

    private static final Instant APRIL = Instant.parse("2026-04-01T00:00:00Z");
    private static final Instant MIDDLE = Instant.parse("2026-04-22T10:30:00Z");
    private static final Instant MAY = Instant.parse("2026-05-01T00:00:00Z");

    @Autowired
    private UsageTotals totals;

    @Test
    void rowsAreSummedByWhatDecidesTheirPriceAndByMiner() {
        String tenant = tenant();
        usage("[" + event(unique("e"), tenant, "gpu_hours", "1") + "," + event(unique("e"), tenant, "gpu_hours", "2")
                + "," + event(unique("e"), tenant, "gpu_hours", "4", ", \"unit_price\": 0.7") + ","
                + event(unique("e"), tenant, "gpu_hours", "8", ", \"unit_price\": 0.700") + ","
                + event(unique("e"), tenant, "gpu_hours", "16", ", \"miner_id\": \"m-1\"") + ","
                + event(unique("e"), tenant, "gpu_hours", "32").replace("10:30:00", "10:29:59.999999") + ","
                + event(unique("e"), tenant, "api_calls", "64") + "]");
        assertThat(sums(tenant, List.of(MAY, MIDDLE, APRIL)))
                .containsExactlyInAnyOrder(
                        "2026-04-01T00:00:00Z gpu_hours 32 null null ×1",
                        "2026-04-22T10:30:00Z gpu_hours 3 null null ×2",
                        "2026-04-22T10:30:00Z gpu_hours 12 0.7 null ×2",
                        "2026-04-22T10:30:00Z gpu_hours 16 null m-1 ×1",
                        "2026-04-22T10:30:00Z api_calls 64 null null ×1");
        assertThat(sums(tenant, List.of()))
                .allMatch(sum -> sum.startsWith("2026-04-01T00:00:00Z"))
                .hasSize(4);
    }

    @Test
    void manyTenantsAreOneStatementAndThoseWithoutUsageAreLeftOut() {
        String one = tenant();
        String other = tenant();
        usage("[" + event(unique("e"), one, "gpu_hours", "1") + "," + event(unique("e"), other, "gpu_hours", "2")
                + "]");
        Map<String, List<UsageSum>> found = totals.used(List.of(one, other, tenant()), APRIL, MAY, List.of());
        assertThat(found.keySet()).containsExactlyInAnyOrder(one, other);
    }

    @Test
    void aGigabyteHeldForAMonthOf730HoursIsOneUnitAndWhatWasSentWithAPriceCountsAsItStands() {
        String tenant = tenant();
        String month = ", \"period_start\": \"2026-03-22T20:00:00Z\", \"period_end\": \"2026-04-22T06:00:00Z\"";
        String hour = ", \"period_start\": \"2026-04-22T09:00:00Z\", \"period_end\": \"2026-04-22T10:00:00Z\"";
        usage("[" + event(unique("e"), tenant, "storage_gb", "1", month, ", \"unit\": \"gb\"") + ","
                + event(unique("e"), tenant, "storage_gb", "7", ", \"miner_id\": \"m-1\"") + ","
                + event(unique("e"), tenant, "storage_gb", "10", hour, ", \"unit_price\": 0.02") + ","
                + event(unique("e"), tenant, "storage_gb", "3", hour, ", \"miner_id\": \"m-2\"") + "]");
        assertThat(sums(tenant, List.of()))
                .containsExactlyInAnyOrder(
                        "2026-04-01T00:00:00Z storage_gb 1 null null ×1",
                        "2026-04-01T00:00:00Z storage_gb 7 null m-1 ×1",
                        "2026-04-01T00:00:00Z storage_gb 10 0.02 null ×1",
                        "2026-04-01T00:00:00Z storage_gb 0.00410958904109589041 null m-2 ×1");
    }

    private List<String> sums(String tenant, List<Instant> boundaries) {
        return totals.used(List.of(tenant), APRIL, MAY, boundaries).getOrDefault(tenant, List.of()).stream()
                .map(sum -> {
                    var used = sum.used();
                    return used.at() + " " + used.resourceType() + " "
                            + Decimals.tidy(used.quantity()).toPlainString() + " "
                            + (used.ownPrice() == null ? null : Decimals.tidy(used.ownPrice())) + " " + used.minerId()
                            + " ×" + sum.events();
                })
                .toList();
    }
}

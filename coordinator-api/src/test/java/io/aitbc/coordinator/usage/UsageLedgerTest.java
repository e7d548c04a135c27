package io.aitbc.coordinator.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.RunningCoordinator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of events. */
class UsageLedgerTest extends RunningCoordinator {

    @Test
    void anEventIsAcceptedOnceAndADuplicateEverAfter() {
        String tenant = tenant();
        String event = event(unique("e"), tenant, "gpu_hours", "10.5");
        assertThat(verdicts(usage(event))).containsExactly("ACCEPTED");
        assertThat(verdicts(usage(event))).containsExactly("DUPLICATE");
        assertThat(verdicts(usage("[" + event + "," + event + "]"))).containsExactly("DUPLICATE", "DUPLICATE");
        assertThat(ledgerOf(tenant)).containsExactly("gpu_hours 10.5");
    }

    static List<String> verdicts(Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        List<String> verdicts = new ArrayList<>();
        for (JsonNode result : answer.body().path("results")) {
            String code = result.path("code").asText("");
            verdicts.add(result.path("verdict").asText() + (code.isEmpty() ? "" : " " + code));
        }
        return verdicts;
    }

    private List<String> ledgerOf(String tenant) {
        return jdbc.sql(
                        "SELECT resource_type, quantity FROM usage_ledger WHERE tenant_id = :t ORDER BY occurred_at, key")
                .param("t", tenant)
                .query((row, n) -> row.getString(1) + " " + tidy(row.getBigDecimal(2)))
                .list();
    }

    private static String tidy(BigDecimal value) {
        return value.stripTrailingZeros().toPlainString();
    }
}

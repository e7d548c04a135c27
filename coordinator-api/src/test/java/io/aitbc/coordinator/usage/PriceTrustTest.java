package io.aitbc.coordinator.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.coordinator.RunningCoordinator;
import io.aitbc.service.configuration.SettingRefused;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

class PriceTrustTest extends RunningCoordinator {

    @Autowired
    private TransactionTemplate transaction;

    private void start(boolean trustEventPrice) {
        new PriceTrust(jdbc, new UsageSettings(trustEventPrice, 400), transaction, clock).keep();
    }

    @Test
    void itIsNotChangedUnderInvoicesThatWereComputedWithIt() {
        String tenant = tenant();
        usage(event(unique("e"), tenant, "gpu_hours", "1").replace("2026-04-22", "2026-03-10"));
        String invoice = post(SERVICE, "/api/billing/invoice", """
                        {"tenant_id": "%s", "period_start": "2026-03-01", "period_end": "2026-04-01"}""".formatted(tenant))
                .body()
                .path("invoice_id")
                .asText();
        assertThat(post(OPERATOR, "/api/billing/invoices/" + invoice + "/finalize", "{\"override_reason\": \"a test\"}")
                        .status())
                .isEqualTo(200);
        start(true);
        assertThatThrownBy(() -> start(false))
                .isInstanceOf(SettingRefused.class)
                .hasMessageStartingWith(
                        "BILLING_TRUST_EVENT_PRICE was true when invoices were finalized, and is false now")
                .hasMessageEndingWith("Set it back to true.");
        start(true);
    }

    @Test
    void beforeTheFirstInvoiceItMayBeChanged() {
        transaction.executeWithoutResult(status -> {
            jdbc.sql("SET LOCAL session_replication_role = replica").update();
            jdbc.sql("UPDATE invoices SET status = 'VOID'").update();
            start(false);
            start(true);
            start(false);
            assertThat(jdbc.sql("SELECT choice FROM billing_choices WHERE name = 'trust_event_price'")
                            .query(String.class)
                            .single())
                    .isEqualTo("false");
            status.setRollbackOnly();
        });
    }
}

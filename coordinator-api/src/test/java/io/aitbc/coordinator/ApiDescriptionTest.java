package io.aitbc.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the API says about itself. */
class ApiDescriptionTest extends RunningCoordinator {

    @Test
    void thePathsAreThese() {
        TreeSet<String> paths = new TreeSet<>();
        description().path("paths").fieldNames().forEachRemaining(path -> {
            if (path.startsWith("/api") || path.equals("/v1/audit")) {
                paths.add(path);
            }
        });
        assertThat(paths)
                .containsExactly(
                        "/api/alerts/alertmanager",
                        "/api/billing/invoice",
                        "/api/billing/invoices",
                        "/api/billing/invoices/{invoiceId}",
                        "/api/billing/invoices/{invoiceId}.csv",
                        "/api/billing/invoices/{invoiceId}.focus.csv",
                        "/api/billing/invoices/{invoiceId}.pdf",
                        "/api/billing/invoices/{invoiceId}/credit-notes",
                        "/api/billing/invoices/{invoiceId}/document",
                        "/api/billing/invoices/{invoiceId}/finalize",
                        "/api/billing/invoices/{invoiceId}/lines/{line}/events",
                        "/api/billing/invoices/{invoiceId}/pay",
                        "/api/billing/invoices/{invoiceId}/void",
                        "/api/billing/metrics",
                        "/api/billing/runs",
                        "/api/billing/runs/{runId}",
                        "/api/billing/sla-episodes",
                        "/api/billing/usage",
                        "/api/billing/usage/digest",
                        "/api/billing/usage/quarantine",
                        "/api/billing/usage/quarantine/replay",
                        "/api/billing/usage/quarantine/{quarantineId}/dismiss",
                        "/api/billing/watermarks",
                        "/api/capacity/forecast",
                        "/api/capacity/recommendations",
                        "/api/capacity/snapshots",
                        "/api/jobs/events",
                        "/api/notifications",
                        "/api/notifications/deliveries",
                        "/api/notifications/deliveries/{deliveryId}",
                        "/api/notifications/deliveries/{deliveryId}/retry",
                        "/api/notifications/routes",
                        "/api/notifications/routes/{name}",
                        "/api/notifications/routes/{name}/test",
                        "/api/payouts",
                        "/api/payouts/terms",
                        "/api/payouts/terms/{minerId}",
                        "/api/price-plans",
                        "/api/price-plans/simulate",
                        "/api/price-plans/{plan}",
                        "/api/price-plans/{plan}/versions",
                        "/api/price-plans/{plan}/versions/{validFrom}",
                        "/api/price-plans/{plan}/versions/{validFrom}/rates",
                        "/api/resource-types",
                        "/api/tenants",
                        "/api/tenants/{tenantId}",
                        "/api/tenants/{tenantId}/credits",
                        "/api/tenants/{tenantId}/keys",
                        "/api/tenants/{tenantId}/keys/{keyId}",
                        "/api/tenants/{tenantId}/quotas",
                        "/api/tenants/{tenantId}/quotas/{resourceType}",
                        "/v1/audit");
    }

    @Test
    void everyCallSaysWhatItDoesAndForWhom() {
        List<String> mute = new ArrayList<>();
        description()
                .path("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fields().forEachRemaining(call -> {
                    boolean told = call.getValue().path("summary").asText().length() > 5
                            && call.getValue().path("description").asText().contains("Roles: ");
                    if ((path.getKey().startsWith("/api") || path.getKey().equals("/v1/audit")) && !told) {
                        mute.add(call.getKey() + " " + path.getKey());
                    }
                }));
        assertThat(mute).isEmpty();
    }

    private JsonNode description() {
        Answer answer = get(VIEWER, "/v3/api-docs");
        assertThat(answer.status()).isEqualTo(200);
        return answer.body();
    }
}

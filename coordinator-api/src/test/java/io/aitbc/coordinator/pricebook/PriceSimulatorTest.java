package io.aitbc.coordinator.pricebook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.RunningCoordinator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other prices would have made of a month that is over. */
class PriceSimulatorTest extends RunningCoordinator {

    private static final String SIMULATE = "/api/price-plans/simulate";
    private static final String DEARER = """
            {"currency": "USD", "minimum_commitment": 20, "rates": [
                {"resource_type": "gpu_hours", "model": "graduated", "free_units": 1,
                    "tiers": [{"up_to": 10, "unit_price": 1}, {"unit_price": 0.25}]},
                {"resource_type": "api_calls", "unit_price": 0.0002}]}""";

    @Test
    void eachTenantPaysSoMuchMoreOrLessAndNobodyIsTold() {
        String plan = unique("plan");
        assertThat(post(OPERATOR, "/api/price-plans/" + plan + "/versions", """
                {"currency": "USD", "valid_from": "2020-01-01T00:00:00Z", "rates": [
                    {"resource_type": "gpu_hours", "unit_price": 0.5}, {"resource_type": "api_calls", "unit_price": 0.0001},
                    {"resource_type": "compute_hours", "unit_price": 1}]}
                """).status())
                .isEqualTo(201);
        String big = tenantOn(plan);
        String small = tenantOn(plan);
        String other = tenantOn(plan);
        usage("[" + march(big, "gpu_hours", "111", "") + "," + march(big, "api_calls", "100000", "") + ","
                + march(big, "gpu_hours", "3", ", \"unit_price\": 2") + ","
                + march(big, "gpu_hours", "7", ", \"outcome\": \"provider_fault\"") + ","
                + event(unique("e"), big, "gpu_hours", "1000") + ","
                + march(small, "gpu_hours", "3", "") + "," + march(other, "compute_hours", "1", "") + "]");
        Map<String, String> before = everyTable();
        Answer answer = post(VIEWER, SIMULATE, "{\"version\": %s, \"plan\": \"%s\"}".formatted(DEARER, plan));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        assertThat(everyTable()).as("nothing is written anywhere").isEqualTo(before);
        JsonNode body = answer.body();
        assertThat(body.path("period_start").asText()).isEqualTo("2026-03-01T00:00:00Z");
        assertThat(body.path("period_end").asText()).isEqualTo("2026-04-01T00:00:00Z");
        // Now: 111 × 0.5 + 100000 × 0.0001 + 3 × 2. Then: 1 free, 10 × 1, 100 × 0.25 + 100000 × 0.0002 + 3 × 2.
        assertThat(tenants(body))
                .containsExactly(
                        big + " USD 71.50 → 61.00 (-10.50) [api_calls 10.00 → 20.00, gpu_hours 61.50 → 41.00]",
                        small + " USD 1.50 → 20.00 (18.50) [gpu_hours 1.50 → 2.00, null 0.00 → 18.00]");
        assertThat(body.path("totals").toString())
                .isEqualTo("[{\"currency\":\"USD\",\"current\":73.00,\"proposed\":81.00,\"difference\":8.00}]");
        assertThat(body.path("skipped").findValuesAsText("tenant_id")).containsExactly(other);
        assertThat(body.path("skipped").findValuesAsText("reason"))
                .containsExactly("There is no price for compute_hours; add it to the price plan.");
    }

    @Test
    void tenantsMayBeNamedAndThePeriodToo() {
        String one = tenant();
        String yen = tenant("JPY", "Asia/Tokyo");
        usage(event(unique("e"), one, "gpu_hours", "4"));
        JsonNode body =
                post(OPERATOR, SIMULATE, """
                {"version": %s, "tenant_ids": ["%s", "%s", "none", "a\\u0000b"],
                 "period_start": "2026-04-22T00:00:00Z", "period_end": "2026-04-23T00:00:00Z"}
                """.formatted(DEARER, one, yen)).body();
        assertThat(tenants(body)).hasSize(1).allMatch(row -> row.startsWith(one + " USD 2.00 → 20.00 (18.00)"));
        assertThat(body.path("skipped").findValuesAsText("reason"))
                .containsExactlyInAnyOrder(
                        "There is no such tenant.", "There is no such tenant.", "It is billed in JPY.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"version\": {\"currency\": \"XAU\", \"rates\": []}}",
                "{\"version\": {\"currency\": \"USD\"}}",
                "{\"version\": {\"currency\": \"USD\", \"rates\": []}, \"tenant_ids\": [null]}",
                "{\"version\": {\"currency\": \"USD\", \"rates\": []}, \"period_start\": \"2026-03-01T00:00:00Z\"}",
                "{\"version\": {\"currency\": \"USD\", \"rates\": []}, \"period_start\": \"2026-03-01T00:00:00Z\", \"period_end\": \"2026-03-01T00:00:00Z\"}",
                "{\"version\": {\"currency\": \"USD\", \"rates\": []}, \"period_start\": \"2026-03-01T00:00:00Z\", \"period_end\": \"2028-03-01T00:00:00Z\"}",
                "{\"version\": {\"currency\": \"USD\", \"rates\": []}, \"period_start\": \"-999999999-01-01T00:00:00Z\", \"period_end\": \"2028-03-01T00:00:00Z\"}",
            })
    void nonsenseIsRefused(String body) {
        Answer answer = post(OPERATOR, SIMULATE, body);
        assertThat(answer.status()).as(answer.response().body()).isBetween(400, 422);
    }

    @Test
    void aPlanThatIsNotThereHasNoTenantsToCompare() {
        String plan = unique("plan");
        Answer unknown = post(VIEWER, SIMULATE, "{\"version\": %s, \"plan\": \"%s\"}".formatted(DEARER, plan));
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.problem()).isEqualTo("unknown-price-plan");
        assertThat(post(VIEWER, SIMULATE, "{\"version\": %s, \"plan\": \"default\"}".formatted(DEARER))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aVersionWithoutPricesIsRefused() {
        Answer empty = post(VIEWER, SIMULATE, "{\"version\": {\"currency\": \"USD\", \"rates\": []}}");
        assertThat(empty.status()).isEqualTo(422);
        assertThat(empty.body().path("detail").asText())
                .isEqualTo("version.rates must hold at least one rate to compare with.");
    }

    private static String march(String tenant, String resource, String quantity, String further) {
        return event(unique("e"), tenant, resource, quantity, further).replace("2026-04-22", "2026-03-15");
    }

    private String tenantOn(String plan) {
        String id = unique("tenant");
        post(OPERATOR, "/api/tenants", "{\"tenant_id\": \"%s\", \"price_plan\": \"%s\"}".formatted(id, plan));
        return id;
    }

    private static List<String> tenants(JsonNode body) {
        List<String> rows = new ArrayList<>();
        for (JsonNode tenant : body.path("tenants")) {
            List<String> resources = new ArrayList<>();
            for (JsonNode resource : tenant.path("resources")) {
                resources.add(resource.path("resource_type").asText() + " " + amount(resource, "current") + " → "
                        + amount(resource, "proposed"));
            }
            rows.add(tenant.path("tenant_id").asText() + " "
                    + tenant.path("currency").asText() + " "
                    + amount(tenant, "current") + " → " + amount(tenant, "proposed") + " ("
                    + amount(tenant, "difference") + ") " + resources);
        }
        return rows;
    }

    private static String amount(JsonNode node, String name) {
        return node.path(name).decimalValue().toPlainString();
    }
}

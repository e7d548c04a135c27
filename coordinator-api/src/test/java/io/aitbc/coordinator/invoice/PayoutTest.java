package io.aitbc.coordinator.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The supplier's side of invoices. */
class PayoutTest extends InvoiceScene {

    @Test
    void aMinerGetsItsPartOfWhatTenantsAreChargedForItsWork() {
        String miner = unique("miner");
        String own = unique("miner");
        terms(own, "90");
        String tenant = tenant();
        use(tenant, "2026-03-10T10:00:00Z", "4", of(miner));
        use(tenant, "2026-03-10T10:00:00Z", "6", of(own));
        use(tenant, "2026-03-10T10:00:00Z", "1");
        JsonNode invoice = finalized(tenant, MARCH);
        assertThat(invoice.path("total").decimalValue()).isEqualByComparingTo("5.50");
        JsonNode usual = statement(miner, MARCH);
        assertThat(usual.path("totals").path(0).path("charged").decimalValue()).isEqualByComparingTo("2.00");
        assertThat(usual.path("totals").path(0).path("payout").decimalValue()).isEqualByComparingTo("1.60");
        assertThat(usual.path("totals").path(0).path("margin").decimalValue()).isEqualByComparingTo("0.40");
        assertThat(usual.path("totals").path(0).toString())
                .isEqualTo("{\"currency\":\"USD\",\"charged\":2.00,\"credits\":0.00,\"payout\":1.60,\"margin\":0.40}");
        assertThat(usual.path("items").path(0).path("invoice_number")).isEqualTo(invoice.path("number"));
        // Its terms hold from 22 April on, and this work was done in March.
        assertThat(statement(own, MARCH).path("totals").path(0).path("payout").decimalValue())
                .isEqualByComparingTo("2.40");
        clock.advance(java.time.Duration.ofDays(10));
        use(tenant, "2026-04-23T10:00:00Z", "10", of(own));
        use(tenant, "2026-04-20T10:00:00Z", "10", of(own));
        finalized(tenant, APRIL);
        assertThat(statement(own, APRIL).path("totals").path(0).path("payout").decimalValue())
                .isEqualByComparingTo("8.50");
    }

    @Test
    void whatIsWithdrawnOrTakenBackIsNotPaidOut() {
        String miner = unique("miner");
        String tenant = tenant();
        String wrong = use(tenant, "2026-03-10T10:00:00Z", "4", of(miner));
        JsonNode invoice = finalized(tenant, MARCH);
        assertThat(payout(miner)).isEqualByComparingTo("1.60");
        post(
                OPERATOR,
                "/api/billing/invoices/" + invoice.path("invoice_id").asText() + "/void",
                "{\"reason\": \"wrong\"}");
        assertThat(statement(miner, MARCH).path("items")).isEmpty();
        finalized(tenant, MARCH);
        assertThat(payout(miner)).isEqualByComparingTo("1.60");
        takeBack(tenant, wrong, "2026-03-10T10:00:00Z");
        use(tenant, "2026-03-11T10:00:00Z", "1", of(miner));
        clock.advance(java.time.Duration.ofDays(10));
        finalized(tenant, APRIL);
        assertThat(payout(miner)).isEqualByComparingTo("0.40");
    }

    @Test
    void termsOfWorkThatIsDoneStay() {
        String miner = unique("miner");
        assertThat(send(
                                OPERATOR,
                                "PUT",
                                "/api/payouts/terms/" + miner,
                                "{\"share_pct\": 70, \"valid_from\": \"2026-04-01T00:00:00Z\"}",
                                "application/json")
                        .problem())
                .isEqualTo("terms-in-past");
        terms(miner, "70");
        assertThat(send(OPERATOR, "PUT", "/api/payouts/terms/" + miner, "{\"share_pct\": 71}", "application/json")
                        .problem())
                .isEqualTo("terms-exist");
        assertThat(send(OPERATOR, "PUT", "/api/payouts/terms/" + miner, "{\"share_pct\": 101}", "application/json")
                        .status())
                .isEqualTo(422);
    }

    @Test
    void sendingEverythingAgainInAnyOrderAndInOtherBatchesChangesNoInvoice() {
        Random random = new Random(5);
        List<String> tenants = List.of(onRisingPrices(), tenant("JPY", "Asia/Tokyo"), tenant());
        List<String> outbox = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String time = "2026-0%d-%02dT%02d:00:00Z"
                    .formatted(2 + random.nextInt(2), 1 + random.nextInt(28), random.nextInt(24));
            String own =
                    random.nextInt(3) == 0 || i % 3 == 1 ? ", \"unit_price\": 0.%d3".formatted(random.nextInt(9)) : "";
            outbox.add(event(
                            unique("e"),
                            tenants.get(i % 3),
                            "gpu_hours",
                            "%d.%03d".formatted(random.nextInt(5), random.nextInt(1_000)),
                            of("m-" + random.nextInt(4)),
                            own)
                    .replace("2026-04-22T10:30:00Z", time));
        }
        deliver(outbox, 50);
        List<JsonNode> before = new ArrayList<>();
        for (String tenant : tenants) {
            before.add(finalized(tenant, FEBRUARY));
            before.add(finalized(tenant, MARCH));
        }
        for (int round = 0; round < 3; round++) {
            Collections.shuffle(outbox, random);
            deliver(outbox, 1 + random.nextInt(120));
        }
        for (JsonNode invoice : before) {
            String path = "/api/billing/invoices/" + invoice.path("invoice_id").asText();
            assertThat(get(VIEWER, path).body()).isEqualTo(invoice);
            assertThat(InvoiceDocument.hash(
                            get(VIEWER, path + "/document").response().body()))
                    .isEqualTo(invoice.path("sha256").asText());
        }
        clock.advance(java.time.Duration.ofDays(10));
        for (String tenant : tenants) {
            assertThat(finalized(tenant, APRIL).path("lines")).isEmpty();
        }
        // The same events in the ledger of another tenant, in another order: the same lines.
        String twin = tenantOn(planOf(tenants.get(0)));
        List<String> copies = outbox.stream()
                .filter(event -> event.contains("\"" + tenants.get(0) + "\""))
                .map(event -> event.replace(tenants.get(0), twin).replaceFirst("\"e-", "\"twin-e-"))
                .toList();
        deliver(copies, 7);
        assertThat(amounts(finalized(twin, FEBRUARY))).isEqualTo(amounts(before.get(0)));
        assertThat(amounts(finalized(twin, MARCH))).isEqualTo(amounts(before.get(1)));
    }

    private String planOf(String tenant) {
        return get(OPERATOR, "/api/tenants/" + tenant).body().path("price_plan").asText();
    }

    private String onRisingPrices() {
        return tenantOn(risingPrices());
    }

    private void deliver(List<String> events, int batch) {
        for (int i = 0; i < events.size(); i += batch) {
            Answer answer = usage("[" + String.join(",", events.subList(i, Math.min(events.size(), i + batch))) + "]");
            assertThat(answer.body().path("rejected").asInt()
                            + answer.body().path("conflicts").asInt())
                    .as(answer.response().body())
                    .isZero();
        }
    }

    private static List<String> amounts(JsonNode invoice) {
        List<String> amounts = new ArrayList<>();
        invoice.path("lines")
                .forEach(line -> amounts.add(line.path("kind").asText() + " " + line.path("quantity") + " × "
                        + line.path("unit_price") + " = " + line.path("amount")));
        return amounts;
    }

    private static String of(String miner) {
        return ", \"miner_id\": \"" + miner + "\"";
    }

    private void terms(String miner, String pct) {
        Answer answer = send(
                OPERATOR, "PUT", "/api/payouts/terms/" + miner, "{\"share_pct\": " + pct + "}", "application/json");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    }

    private JsonNode statement(String miner, String month) {
        return get(VIEWER, "/api/payouts?miner_id=" + miner + "&period=" + month)
                .body();
    }

    private BigDecimal payout(String miner) {
        return statement(miner, MARCH).path("totals").path(0).path("payout").decimalValue();
    }
}

package io.aitbc.coordinator.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

/** What comes after its period was invoiced. Three plans of GPU hours: 0.50 until 1 March, 0.80 until 1 April, then 2.00. */
class LateUsageTest extends InvoiceScene {

    private String onRisingPrices() {
        return tenantOn(risingPrices());
    }

    @Test
    void aLateEventGoesToTheNextInvoiceAtThePriceOfItsOwnTime() {
        String tenant = onRisingPrices();
        use(tenant, "2026-02-10T10:00:00Z", "10");
        use(tenant, "2026-03-10T10:00:00Z", "10");
        JsonNode february = finalized(tenant, FEBRUARY);
        assertThat(total(february)).isEqualByComparingTo("5.00");
        // More than 40 days late.
        use(tenant, "2026-02-11T10:00:00Z", "3");
        JsonNode march = finalized(tenant, MARCH);
        assertThat(total(march)).isEqualByComparingTo("9.50");
        JsonNode late = march.path("lines").path(1);
        assertThat(late.path("quantity").decimalValue()).isEqualByComparingTo("3");
        assertThat(late.path("unit_price").decimalValue()).isEqualByComparingTo("0.50");
        assertThat(late.path("amount").decimalValue()).isEqualByComparingTo("1.50");
        assertThat(late.path("event_count").asInt()).isEqualTo(1);
        assertThat(late.path("prior").path("prior_invoice")).isEqualTo(february.path("invoice_id"));
        assertThat(late.path("description").asText()).isEqualTo("gpu_hours; prior period, reported late");
        assertThat(late.path("prior").path("prior_start").asText()).isEqualTo("2026-02-01T00:00:00Z");
        assertThat(late.path("prior").path("prior_end").asText()).isEqualTo("2026-03-01T00:00:00Z");
        assertThat(events(march, 2)).hasSize(1);
        assertThat(events(march, 1)).hasSize(1);
        assertThat(get(
                                VIEWER,
                                "/api/billing/invoices/"
                                        + february.path("invoice_id").asText())
                        .body())
                .isEqualTo(february);
    }

    @Test
    void whatHasNoPriceHoldsInvoicesUpUntilItGetsOneOrIsTakenBack() {
        String plan = plan("[{\"resource_type\": \"gpu_hours\", \"unit_price\": 1}]");
        String tenant = tenantOn(plan);
        use(tenant, "2026-02-10T10:00:00Z", "1");
        finalized(tenant, FEBRUARY);
        String unpriced = unique("e");
        usage(event(unpriced, tenant, "api_calls", "7").replace("2026-04-22T10:30:00Z", "2026-02-11T10:00:00Z"));
        Answer refused = post(SERVICE, "/api/billing/invoice", asked(tenant, MARCH));
        assertThat(refused.problem()).isEqualTo("no-price");
        assertThat(refused.body().path("detail").asText())
                .contains(plan, "USD", "api_calls", "2026-02-01T00:00:00Z", "/versions/{valid_from}/rates");
        String rates = "/api/price-plans/" + plan + "/versions/1970-01-01T00:00:00Z/rates?currency=USD";
        assertThat(post(OPERATOR, rates, "{\"rates\": [{\"resource_type\": \"gpu_hours\", \"unit_price\": 9}]}")
                        .problem())
                .isEqualTo("rate-exists");
        String price = "{\"rates\": [{\"resource_type\": \"api_calls\", \"unit_price\": 2}]}";
        assertThat(post(OPERATOR, rates, price).status()).isEqualTo(200);
        assertThat(post(OPERATOR, rates, price).problem()).isEqualTo("rate-exists");
        assertThat(total(finalized(tenant, MARCH))).isEqualByComparingTo("14.00");

        String other = tenantOn(plan("[{\"resource_type\": \"gpu_hours\", \"unit_price\": 1}]"));
        usage(event(unique("e"), other, "gpu_hours", "1").replace("2026-04-22", "2026-03-11"));
        String wrong = unique("e");
        usage(event(wrong, other, "api_calls", "7").replace("2026-04-22", "2026-03-11"));
        usage(event(unique("e"), other, "api_calls", "-7", ", \"reverses\": \"" + wrong + "\""));
        assertThat(total(finalized(other, MARCH))).isEqualByComparingTo("1.00");
    }

    @Test
    void aModelOfGpuGetsItsPriceLaterToo() {
        String plan = plan("[{\"resource_type\": \"gpu_hours\", \"gpu_model\": \"A100\", \"unit_price\": 1}]");
        String tenant = tenantOn(plan);
        use(tenant, "2026-03-10T10:00:00Z", "3", ", \"gpu_model\": \"H100\"");
        assertThat(post(SERVICE, "/api/billing/invoice", asked(tenant, MARCH)).problem())
                .isEqualTo("no-price");
        String rates = "/api/price-plans/" + plan + "/versions/1970-01-01T00:00:00Z/rates?currency=USD";
        String rate = "{\"rates\": [{\"resource_type\": \"gpu_hours\", \"gpu_model\": \"%s\", \"unit_price\": 2}]}";
        assertThat(post(OPERATOR, rates, rate.formatted("A100")).problem()).isEqualTo("rate-exists");
        assertThat(post(OPERATOR, rates, rate.formatted("H100")).status()).isEqualTo(200);
        assertThat(total(finalized(tenant, MARCH))).isEqualByComparingTo("6.00");
    }

    @Test
    void whatIsBeyondTheDigitsOfALineIsNoChange() {
        String tenant = tenantOn(plan("[{\"resource_type\": \"gpu_hours\", \"unit_price\": 1},"
                + " {\"resource_type\": \"storage_gb\", \"unit_price\": 0.07}]"));
        usage("""
                {"event_id": "%s", "source": "pool-1", "tenant_id": "%s", "resource_type": "storage_gb", "quantity": 1000,
                 "period_start": "2026-02-10T00:00:00Z", "period_end": "2026-02-11T00:00:00Z",
                 "occurred_at": "2026-02-11T00:00:00Z"}""".formatted(unique("e"), tenant));
        JsonNode drafted = draft(tenant, FEBRUARY);
        JsonNode february = finalized(tenant, FEBRUARY);
        assertThat(drafted.path("lines")).isEqualTo(february.path("lines"));
        use(tenant, "2026-02-12T10:00:00Z", "2");
        JsonNode march = finalized(tenant, MARCH);
        assertThat(march.path("lines")).as("only what came late").hasSize(1);
        assertThat(total(march)).isEqualByComparingTo("2.00");
    }

    @Test
    void itIsChargedOnceHoweverManyInvoicesFollow() {
        String tenant = onRisingPrices();
        use(tenant, "2026-01-10T10:00:00Z", "1");
        finalized(tenant, "2026-01");
        use(tenant, "2026-01-11T10:00:00Z", "2");
        assertThat(total(finalized(tenant, FEBRUARY))).isEqualByComparingTo("1.00");
        use(tenant, "2026-01-12T10:00:00Z", "4");
        use(tenant, "2026-02-12T10:00:00Z", "8");
        JsonNode march = finalized(tenant, MARCH);
        assertThat(total(march)).isEqualByComparingTo("6.00");
        assertThat(march.path("lines")).hasSize(2);
        clock.advance(java.time.Duration.ofDays(20));
        assertThat(finalized(tenant, APRIL).path("lines")).isEmpty();
    }

    @Test
    void aCorrectionAfterFinalizingBecomesACreditNote() {
        String tenant = onRisingPrices();
        String wrong = use(tenant, "2026-02-10T10:00:00Z", "10", ", \"miner_id\": \"m-1\"");
        use(tenant, "2026-02-11T10:00:00Z", "2");
        JsonNode february = finalized(tenant, FEBRUARY);
        assertThat(total(february)).isEqualByComparingTo("6.00");
        takeBack(tenant, wrong, "2026-02-10T10:00:00Z");
        JsonNode march = finalized(tenant, MARCH);
        assertThat(march.path("lines")).isEmpty();
        JsonNode note = notes(tenant).path(0);
        assertThat(note.path("number").asText()).startsWith("CN-2026-");
        assertThat(note.path("corrects")).isEqualTo(february.path("invoice_id"));
        assertThat(total(note)).isEqualByComparingTo("-5.00");
        // It lowers what is owed on the invoice; there is nothing left for the balance.
        assertThat(note.path("amount_due").decimalValue()).isEqualByComparingTo("-5.00");
        assertThat(balance(tenant)).isEqualByComparingTo("0");
        assertThat(notes(tenant)).hasSize(1);
    }

    @Test
    void whatWasPaidComesBackAsPrepaidCredit() {
        String tenant = onRisingPrices();
        String wrong = use(tenant, "2026-02-10T10:00:00Z", "10");
        String id = finalized(tenant, FEBRUARY).path("invoice_id").asText();
        post(OPERATOR, "/api/billing/invoices/" + id + "/pay", "{}");
        takeBack(tenant, wrong, "2026-02-10T10:00:00Z");
        use(tenant, "2026-02-11T10:00:00Z", "1");
        Answer answer = post(OPERATOR, "/api/billing/invoices/" + id + "/credit-notes", "{\"reason\": \"wrong GPU\"}");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        JsonNode note = answer.body();
        assertThat(total(note)).isEqualByComparingTo("-4.50");
        assertThat(note.path("status").asText()).isEqualTo("PAID");
        assertThat(note.path("reason").asText()).isEqualTo("wrong GPU");
        assertThat(balance(tenant)).isEqualByComparingTo("4.50");
        assertThat(post(OPERATOR, "/api/billing/invoices/" + id + "/credit-notes", "{}")
                        .problem())
                .isEqualTo("nothing-to-credit");
        JsonNode march = finalized(tenant, MARCH);
        assertThat(march.path("lines")).isEmpty();
    }

    @Test
    void anInvoiceThatIsCreditedAwayIsPaid() {
        String tenant = onRisingPrices();
        String wrong = use(tenant, "2026-02-10T10:00:00Z", "10");
        String id = finalized(tenant, FEBRUARY).path("invoice_id").asText();
        takeBack(tenant, wrong, "2026-02-10T10:00:00Z");
        JsonNode note = post(OPERATOR, "/api/billing/invoices/" + id + "/credit-notes", "")
                .body();
        assertThat(note.path("reason").asText()).isEqualTo("Usage was corrected.");
        assertThat(get(VIEWER, "/api/billing/invoices/" + id)
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("PAID");
        assertThat(notes(tenant).path(0).path("status").asText()).isEqualTo("PAID");
        assertThat(balance(tenant)).isEqualByComparingTo("0");
    }

    @Test
    void creditIsGrantedUpToWhatWasCharged() {
        String tenant = onRisingPrices();
        use(tenant, "2026-02-10T10:00:00Z", "10");
        String path = "/api/billing/invoices/"
                + finalized(tenant, FEBRUARY).path("invoice_id").asText() + "/credit-notes";
        assertThat(granted(path, "5.01", "much").problem()).isEqualTo("credit-exceeds-invoice");
        assertThat(granted(path, "1.001", "fine").problem()).isEqualTo("amount-too-fine");
        assertThat(total(granted(path, "2", "once").body())).isEqualByComparingTo("-2.00");
        assertThat(granted(path, "2", "once").status()).isEqualTo(200);
        assertThat(granted(path, "1", "once").problem()).isEqualTo("idempotency-key-reused");
        assertThat(granted(path, "3.01", "twice").problem()).isEqualTo("credit-exceeds-invoice");
        assertThat(granted(path, "3", "twice").status()).isEqualTo(201);
        assertThat(post(OPERATOR, path, "{\"reason\": \"sorry\", \"amount\": 1}")
                        .problem())
                .isEqualTo("idempotency-key-needed");
        assertThat(post(OPERATOR, path, "{\"amount\": 1}").body().path("detail").asText())
                .isEqualTo("reason is missing: say why the amount is granted.");
        assertThat(post(OPERATOR, path, "{\"amount\": 0, \"reason\": \" \"}")
                        .body()
                        .path("detail")
                        .asText())
                .isEqualTo("amount must be greater than 0; reason must not be blank");
    }

    @Test
    void aLineOfPackagesSaysHowManyAreCharged() {
        String tenant = tenantOn(plan("""
                [{"resource_type": "gpu_hours", "model": "package", "package_size": 1000, "package_price": 1.5}]"""));
        use(tenant, "2026-03-10T10:00:00Z", "2500");
        JsonNode line = finalized(tenant, MARCH).path("lines").path(0);
        assertThat(line.path("amount").decimalValue()).isEqualByComparingTo("4.50");
        assertThat(line.path("description").asText())
                .isEqualTo("gpu_hours, 1.5 per package of 1000, also one that is only begun: 3 packages");
        use(tenant, "2026-03-10T10:00:00Z", "501");
        assertThat(draft(tenant, APRIL)
                        .path("lines")
                        .path(0)
                        .path("description")
                        .asText())
                .isEqualTo("gpu_hours, 1.5 per package of 1000, also one that is only begun: 1 package; prior period,"
                        + " reported late");
    }

    @Test
    void whereAmountsAreTooCoarseToTellPackagesALineSaysThePrice() {
        String tenant = tenantOn(plan("""
                [{"resource_type": "gpu_hours", "model": "package", "package_size": 0.5, "package_price": 0.001}]"""));
        use(tenant, "2026-03-10T10:00:00Z", "1");
        assertThat(draft(tenant, MARCH)
                        .path("lines")
                        .path(0)
                        .path("description")
                        .asText())
                .isEqualTo("gpu_hours, 0.001 per package of 0.5, also one that is only begun");
    }

    @Test
    void aWithdrawnInvoiceLeavesWhatWasLateToTheNext() {
        String tenant = onRisingPrices();
        use(tenant, "2026-02-10T10:00:00Z", "10");
        JsonNode february = finalized(tenant, FEBRUARY);
        use(tenant, "2026-02-11T10:00:00Z", "3");
        JsonNode march = finalized(tenant, MARCH);
        Answer refused = post(
                OPERATOR,
                "/api/billing/invoices/" + february.path("invoice_id").asText() + "/void",
                "{\"reason\": \"wrong\"}");
        assertThat(refused.problem()).isEqualTo("invoice-has-corrections");
        assertThat(refused.body().path("detail").asText())
                .contains(march.path("number").asText());
        clock.advance(java.time.Duration.ofMinutes(1));
        granted("/api/billing/invoices/" + february.path("invoice_id").asText() + "/credit-notes", "1", "a gift");
        assertThat(post(
                                OPERATOR,
                                "/api/billing/invoices/"
                                        + march.path("invoice_id").asText() + "/void",
                                "{\"reason\": \"wrong\"}")
                        .status())
                .as("a gift rests on nothing that March says")
                .isEqualTo(200);
        assertThat(total(finalized(tenant, MARCH))).isEqualByComparingTo("1.50");
    }

    @Test
    void aMonthIsBilledByThePlanThatTheTenantHadWhenItEnded() {
        String tenant = onRisingPrices();
        use(tenant, "2026-03-10T10:00:00Z", "10");
        use(tenant, "2026-04-10T10:00:00Z", "10");
        clock.advance(java.time.Duration.ofMinutes(1));
        send(OPERATOR, "PATCH", "/api/tenants/" + tenant, "{\"price_plan\": \"default\"}", "application/json");
        JsonNode march = finalized(tenant, MARCH);
        assertThat(total(march)).isEqualByComparingTo("8.00");
        assertThat(march.path("price_plan").asText()).startsWith("rising");
        clock.advance(java.time.Duration.ofDays(20));
        JsonNode april = finalized(tenant, APRIL);
        assertThat(total(april)).isEqualByComparingTo("5.00");
        assertThat(april.path("price_plan").asText()).isEqualTo("default");
    }

    @Test
    void whatOthersWentOnFromIsNotWithdrawn() {
        String tenant = onRisingPrices();
        use(tenant, "2026-01-10T10:00:00Z", "10");
        finalized(tenant, "2026-01");
        use(tenant, "2026-01-11T10:00:00Z", "100");
        String february = finalized(tenant, FEBRUARY).path("invoice_id").asText();
        use(tenant, "2026-01-12T10:00:00Z", "2");
        JsonNode march = finalized(tenant, MARCH);
        assertThat(total(march)).isEqualByComparingTo("1.00");
        Answer refused = post(OPERATOR, "/api/billing/invoices/" + february + "/void", "{\"reason\": \"wrong\"}");
        assertThat(refused.problem()).isEqualTo("invoice-has-corrections");
    }

    @Test
    void manySmallCreditsGiveBackTheTaxThatWasCharged() {
        for (String[] parts : new String[][] {{"0.03", "0.03", "0.03"}, {"0.01", "0.08"}, {"0.05", "0.03", "0.01"}}) {
            String tenant = onRisingPrices();
            send(
                    OPERATOR,
                    "PATCH",
                    "/api/tenants/" + tenant,
                    "{\"tax_rates\": [{\"name\": \"VAT\", \"pct\": 19}]}",
                    "application/json");
            use(tenant, "2026-02-10T10:00:00Z", "0.18");
            JsonNode invoice = finalized(tenant, FEBRUARY);
            assertThat(total(invoice)).isEqualByComparingTo("0.11");
            String path = "/api/billing/invoices/" + invoice.path("invoice_id").asText() + "/credit-notes";
            BigDecimal back = BigDecimal.ZERO;
            for (int i = 0; i < parts.length; i++) {
                back = back.add(total(granted(path, parts[i], "part-" + i).body()));
            }
            assertThat(back).isEqualByComparingTo("-0.11");
            assertThat(balance(tenant)).isEqualByComparingTo("0");
        }
    }

    @Test
    void nobodyGetsBackMoreThanItWasCharged() {
        String tenant = onRisingPrices();
        String wrong = use(tenant, "2026-02-10T10:00:00Z", "10");
        String id = finalized(tenant, FEBRUARY).path("invoice_id").asText();
        granted("/api/billing/invoices/" + id + "/credit-notes", "4", "gift");
        takeBack(tenant, wrong, "2026-02-10T10:00:00Z");
        JsonNode note = post(OPERATOR, "/api/billing/invoices/" + id + "/credit-notes", "{\"reason\": \"wrong\"}")
                .body();
        assertThat(total(note)).isEqualByComparingTo("-1.00");
        assertThat(balance(tenant)).isEqualByComparingTo("0");
        assertThat(granted("/api/billing/invoices/" + id + "/credit-notes", "0.01", "more")
                        .problem())
                .isEqualTo("credit-exceeds-invoice");
        use(tenant, "2026-02-11T10:00:00Z", "10");
        assertThat(total(finalized(tenant, MARCH))).isEqualByComparingTo("5.00");
    }

    @Test
    void tiersGoOnWhereThePeriodLeftThem() {
        String plan = plan("""
                [{"resource_type": "gpu_hours", "model": "graduated", "free_units": 2,
                  "tiers": [{"up_to": 10, "unit_price": 1}, {"unit_price": 0.25}]}]""");
        String tenant = tenantOn(plan);
        use(tenant, "2026-02-10T10:00:00Z", "8");
        assertThat(total(finalized(tenant, FEBRUARY))).isEqualByComparingTo("6.00");
        // 4 more are dear, the other 8 cheap.
        use(tenant, "2026-02-11T10:00:00Z", "12");
        assertThat(total(finalized(tenant, MARCH))).isEqualByComparingTo("6.00");
        String once = tenantOn(plan);
        use(once, "2026-02-10T10:00:00Z", "20");
        assertThat(total(finalized(once, FEBRUARY))).isEqualByComparingTo("12.00");
    }

    @Test
    void lateUsageThatFillsACommitmentCostsNothingMore() {
        String tenant = tenantOn(
                plan("[{\"resource_type\": \"gpu_hours\", \"unit_price\": 1}]", ", \"minimum_commitment\": 100"));
        use(tenant, "2026-02-10T10:00:00Z", "30");
        JsonNode february = finalized(tenant, FEBRUARY);
        assertThat(line(february, "COMMITMENT").orElseThrow().path("amount").decimalValue())
                .isEqualByComparingTo("70");
        use(tenant, "2026-02-11T10:00:00Z", "50");
        JsonNode march = finalized(tenant, MARCH);
        assertThat(march.path("lines"))
                .extracting(l -> l.path("amount").decimalValue().stripTrailingZeros())
                .containsExactly(new BigDecimal("1E+2"), new BigDecimal("5E+1"), new BigDecimal("-5E+1"));
    }

    private JsonNode notes(String tenant) {
        return get(VIEWER, "/api/billing/invoices?kind=CREDIT_NOTE&tenant_id=" + tenant)
                .body()
                .path("items");
    }

    private Answer granted(String path, String amount, String key) {
        return send(
                OPERATOR,
                "POST",
                path,
                "{\"reason\": \"sorry\", \"amount\": %s}".formatted(amount),
                "application/json",
                "Idempotency-Key",
                key);
    }

    private JsonNode events(JsonNode invoice, int line) {
        return get(
                        VIEWER,
                        "/api/billing/invoices/" + invoice.path("invoice_id").asText() + "/lines/" + line + "/events")
                .body()
                .path("items");
    }

    private static BigDecimal total(JsonNode invoice) {
        return invoice.path("total").decimalValue();
    }
}

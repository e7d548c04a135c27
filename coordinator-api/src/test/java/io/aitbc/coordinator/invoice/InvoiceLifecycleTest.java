package io.aitbc.coordinator.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From the draft to the payment, and what never happens in between. */
class InvoiceLifecycleTest extends InvoiceScene {

    @Test
    void aFinalizedInvoiceIsNumberedHashedAndOwed() {
        String tenant = tenant();
        use(tenant, "2026-03-10T10:00:00Z", "4");
        String draft = draft(tenant, MARCH).path("invoice_id").asText();
        Answer answer = finalizing(draft);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        JsonNode invoice = answer.body();
        assertThat(invoice.path("status").asText()).isEqualTo("FINALIZED");
        assertThat(invoice.path("number").asText()).matches("INV-2026-\\d{6}");
        assertThat(invoice.path("total").decimalValue()).isEqualByComparingTo("2.00");
        assertThat(invoice.path("amount_due").decimalValue()).isEqualByComparingTo("2.00");
        assertThat(get(VIEWER, "/api/billing/invoices/" + draft).body()).isEqualTo(invoice);
        assertThat(finalizing(draft).body()).isEqualTo(invoice);
        String document = get(VIEWER, "/api/billing/invoices/" + draft + "/document")
                .response()
                .body();
        assertThat(invoice.path("sha256").asText()).isEqualTo(InvoiceDocument.hash(document));
        JsonNode words = json(document);
        assertThat(words.path("lines")).isEqualTo(invoice.path("lines"));
        assertThat(words.path("total")).isEqualTo(invoice.path("total"));
        assertThat(words.path("number")).isEqualTo(invoice.path("number"));
    }

    @Test
    void itsPeriodIsTakenAndItsDraftIsNoMore() {
        String tenant = tenant();
        use(tenant, "2026-03-10T10:00:00Z", "4");
        finalized(tenant, MARCH);
        Answer again = post(SERVICE, "/api/billing/invoice", asked(tenant, MARCH));
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.problem()).isEqualTo("invoice-overlaps");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE invoices SET total = 0 WHERE invoice_id = '%s'",
                "UPDATE invoices SET status = 'DRAFT' WHERE invoice_id = '%s'",
                "UPDATE invoices SET number = 'INV-2026-999999' WHERE invoice_id = '%s'",
                "UPDATE invoices SET status = 'PAID', document = '{}' WHERE invoice_id = '%s'",
                "UPDATE invoices SET paid_at = now() WHERE invoice_id = '%s'",
                "DELETE FROM invoices WHERE invoice_id = '%s'",
                "UPDATE invoice_lines SET amount = 0 WHERE invoice_id = '%s'",
                "DELETE FROM invoice_lines WHERE invoice_id = '%s'",
                "INSERT INTO invoice_lines SELECT (json_populate_record(l, '{\"line\": 99}')).* FROM invoice_lines l WHERE invoice_id = '%s'",
                "TRUNCATE invoice_lines -- %s",
                "TRUNCATE invoices CASCADE -- %s",
                "UPDATE payout_entries SET payout = 0 WHERE invoice_id = '%s'",
            })
    void theDatabaseLetsNobodyChangeIt(String sql) {
        String tenant = tenant();
        use(tenant, "2026-03-10T10:00:00Z", "4", ", \"miner_id\": \"m-1\"");
        JsonNode invoice = finalized(tenant, MARCH);
        String id = invoice.path("invoice_id").asText();
        assertThatThrownBy(() -> jdbc.sql(sql.formatted(id)).update())
                .hasMessageMatching("(?s).*(never change|append-only).*");
        assertThat(get(VIEWER, "/api/billing/invoices/" + id).body()).isEqualTo(invoice);
    }

    @Test
    void itIsPaidOnceAndThenNoLongerWithdrawn() {
        String tenant = tenant();
        use(tenant, "2026-03-10T10:00:00Z", "4");
        String id = finalized(tenant, MARCH).path("invoice_id").asText();
        String path = "/api/billing/invoices/" + id;
        JsonNode paid =
                post(OPERATOR, path + "/pay", "{\"reference\": \"wire 7\"}").body();
        assertThat(paid.path("status").asText()).isEqualTo("PAID");
        assertThat(paid.path("payment_reference").asText()).isEqualTo("wire 7");
        clock.advance(Duration.ofMinutes(1));
        assertThat(post(OPERATOR, path + "/pay", "{\"reference\": \"wire 7\"}").body())
                .isEqualTo(paid);
        assertThat(post(OPERATOR, path + "/pay", "{\"reference\": \"wire 8\"}").status())
                .isEqualTo(409);
        assertThat(post(OPERATOR, path + "/void", "{\"reason\": \"no\"}").status())
                .isEqualTo(409);
    }

    @Test
    void whatIsOpenIsToldAndOnlyThatIsPaid() {
        String tenant = tenantOn(plan("[{\"resource_type\": \"gpu_hours\", \"unit_price\": 1}]"));
        use(tenant, "2026-03-10T10:00:00Z", "20");
        String path = "/api/billing/invoices/"
                + finalized(tenant, MARCH).path("invoice_id").asText();
        assertThat(get(VIEWER, path).body().path("amount_open").decimalValue()).isEqualByComparingTo("20");
        assertThat(send(
                                OPERATOR,
                                "POST",
                                path + "/credit-notes",
                                "{\"reason\": \"sorry\", \"amount\": 15}",
                                "application/json",
                                "Idempotency-Key",
                                "sorry")
                        .status())
                .isEqualTo(201);
        JsonNode left = get(VIEWER, path).body();
        assertThat(left.path("amount_due").decimalValue())
                .as("as its document says")
                .isEqualByComparingTo("20");
        assertThat(left.path("amount_open").decimalValue()).isEqualByComparingTo("5");
        Answer wrong = post(OPERATOR, path + "/pay", "{\"reference\": \"w\", \"amount\": 20}");
        assertThat(wrong.status()).isEqualTo(409);
        assertThat(wrong.problem()).isEqualTo("amount-differs");
        assertThat(wrong.body().path("amount_open").decimalValue()).isEqualByComparingTo("5");
        assertThat(post(OPERATOR, path + "/pay", "{\"amout\": 5}").problem()).isEqualTo("unknown-field");
        JsonNode paid = post(OPERATOR, path + "/pay", "{\"reference\": \"w\", \"amount\": 5.0}")
                .body();
        assertThat(paid.path("status").asText()).isEqualTo("PAID");
        assertThat(paid.path("amount_open").decimalValue()).isEqualByComparingTo("0");
        assertThat(paid.path("amount_paid").decimalValue()).isEqualByComparingTo("5");
        assertThat(get(VIEWER, "/api/billing/invoices?tenant_id=" + tenant)
                        .body()
                        .path("items")
                        .path(0)
                        .path("amount_paid")
                        .decimalValue())
                .isEqualByComparingTo("5");
    }

    @Test
    void aWithdrawnInvoiceFreesItsPeriodAndKeepsItsNumber() {
        String tenant = tenant();
        use(tenant, "2026-03-10T10:00:00Z", "4");
        JsonNode first = finalized(tenant, MARCH);
        String path = "/api/billing/invoices/" + first.path("invoice_id").asText();
        JsonNode gone = post(OPERATOR, path + "/void", "{\"reason\": \"wrong address\"}")
                .body();
        assertThat(gone.path("status").asText()).isEqualTo("VOID");
        assertThat(gone.path("number")).isEqualTo(first.path("number"));
        assertThat(gone.path("sha256")).isEqualTo(first.path("sha256"));
        JsonNode second = finalized(tenant, MARCH);
        assertThat(second.path("total")).isEqualTo(first.path("total"));
        assertThat(second.path("number").asText())
                .isGreaterThan(first.path("number").asText());
        assertThat(post(OPERATOR, path + "/pay", "{}").status()).isEqualTo(409);
        assertThat(finalizing(first.path("invoice_id").asText()).status()).isEqualTo(409);
    }

    @Test
    void aDraftIsDiscardedWithoutANumber() {
        String tenant = tenant();
        String id = draft(tenant, MARCH).path("invoice_id").asText();
        JsonNode gone = post(OPERATOR, "/api/billing/invoices/" + id + "/void", "{\"reason\": \"not yet\"}")
                .body();
        assertThat(gone.path("status").asText()).isEqualTo("VOID");
        assertThat(gone.path("number").isNull()).isTrue();
        assertThat(draft(tenant, MARCH).path("invoice_id").asText()).isNotEqualTo(id);
    }

    @Test
    void nothingIsFinalizedBeforeItIsCompleteUnlessSomebodySaysWhy() {
        String tenant = tenant();
        use(tenant, "2026-04-10T10:00:00Z", "4");
        String april = draft(tenant, APRIL).path("invoice_id").asText();
        assertThat(finalizing(april).problem()).isEqualTo("period-not-over");
        assertThat(get(VIEWER, "/api/billing/invoices/" + april)
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("DRAFT");
        post(SERVICE, "/api/billing/watermarks", """
                {"source": "slow-pool", "complete_through": "2026-03-30T00:00:00Z"}""");
        try {
            use(tenant, "2026-03-10T10:00:00Z", "4");
            String march = draft(tenant, MARCH).path("invoice_id").asText();
            assertThat(finalizing(march).problem()).isEqualTo("usage-incomplete");
            JsonNode forced = post(
                            OPERATOR,
                            "/api/billing/invoices/" + march + "/finalize",
                            "{\"override_reason\": \"that pool is gone\"}")
                    .body();
            assertThat(forced.path("status").asText()).isEqualTo("FINALIZED");
            assertThat(forced.path("reason").asText()).isEqualTo("that pool is gone");
            String key = keyOf(tenant);
            for (String path : List.of("/" + march, "/" + march + "/document", "?kind=INVOICE")) {
                Answer theirs = get(key, "/api/billing/invoices" + path);
                assertThat(theirs.status()).isEqualTo(200);
                assertThat(theirs.response().body()).contains(march).doesNotContain("that pool is gone");
            }
        } finally {
            jdbc.sql("DELETE FROM usage_watermarks WHERE source = 'slow-pool'").update();
        }
    }

    @Test
    void nothingIsFinalizedWhileUsageOfTheTenantIsInQuarantine() {
        String tenant = tenant();
        use(tenant, "2026-03-10T10:00:00Z", "4");
        usage(event(unique("e"), tenant, "moon_hours", "1"));
        String march = draft(tenant, MARCH).path("invoice_id").asText();
        Answer refused = finalizing(march);
        assertThat(refused.problem()).isEqualTo("usage-in-quarantine");
        assertThat(refused.body().path("quarantined").asInt()).isEqualTo(1);
        assertThat(post(
                                OPERATOR,
                                "/api/billing/invoices/" + march + "/finalize",
                                "{\"override_reason\": \"there is no moon\"}")
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("FINALIZED");
    }

    @Test
    void nobodyWaitsForAProducerThatIsForgottenNorForWhatWasDismissed() {
        String tenant = tenant();
        use(tenant, "2026-03-10T10:00:00Z", "4");
        usage(event(unique("e"), tenant, "moon_hours", "1"));
        post(SERVICE, "/api/billing/watermarks", """
                {"source": "pol/1", "complete_through": "2026-03-30T00:00:00Z"}""");
        String march = draft(tenant, MARCH).path("invoice_id").asText();
        assertThat(finalizing(march).problem()).isEqualTo("usage-incomplete");
        String forget = "/api/billing/watermarks?source=pol/1";
        assertThat(send(SERVICE, "DELETE", forget, "", "application/json").status())
                .isEqualTo(403);
        assertThat(send(OPERATOR, "DELETE", forget, "", "application/json").status())
                .isEqualTo(204);
        assertThat(send(OPERATOR, "DELETE", forget, "", "application/json").problem())
                .isEqualTo("unknown-source");
        assertThat(finalizing(march).problem()).isEqualTo("usage-in-quarantine");
        String entry = get(OPERATOR, "/api/billing/usage/quarantine?tenant_id=" + tenant)
                .body()
                .path("items")
                .path(0)
                .path("quarantine_id")
                .asText();
        post(OPERATOR, "/api/billing/usage/quarantine/" + entry + "/dismiss", "{\"reason\": \"there is no moon\"}");
        assertThat(finalizing(march).body().path("status").asText()).isEqualTo("FINALIZED");
    }

    @Test
    void taxesComeOnTopAndAreSplitToTheLines() {
        String tenant = tenant();
        send(OPERATOR, "PATCH", "/api/tenants/" + tenant, """
                {"tax_rates": [{"name": "VAT", "pct": 19}, {"name": "City", "pct": 0.5}]}""", "application/json");
        use(tenant, "2026-03-10T10:00:00Z", "0.03");
        use(tenant, "2026-03-10T10:00:00Z", "0.05", ", \"unit_price\": 0.77");
        JsonNode invoice = finalized(tenant, MARCH);
        assertThat(invoice.path("net").decimalValue()).isEqualByComparingTo("0.06");
        assertThat(invoice.path("taxes").path(0).path("amount").decimalValue()).isEqualByComparingTo("0.01");
        assertThat(invoice.path("total").decimalValue()).isEqualByComparingTo("0.07");
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode line : invoice.path("lines")) {
            sum = sum.add(line.path("amount").decimalValue())
                    .add(line.path("tax").decimalValue());
        }
        assertThat(sum).isEqualByComparingTo("0.07");
    }

    @Test
    void prepaidCreditPaysFirst() {
        String tenant = tenant();
        topUp(tenant, "1.50");
        use(tenant, "2026-03-10T10:00:00Z", "4");
        JsonNode part = finalized(tenant, MARCH);
        assertThat(part.path("credit_applied").decimalValue()).isEqualByComparingTo("1.50");
        assertThat(part.path("amount_due").decimalValue()).isEqualByComparingTo("0.50");
        assertThat(balance(tenant)).isEqualByComparingTo("0");
        post(
                OPERATOR,
                "/api/billing/invoices/" + part.path("invoice_id").asText() + "/void",
                "{\"reason\": \"again\"}");
        assertThat(balance(tenant)).isEqualByComparingTo("1.50");
        topUp(tenant, "10");
        JsonNode whole = finalized(tenant, MARCH);
        assertThat(whole.path("status").asText()).isEqualTo("PAID");
        assertThat(balance(tenant)).isEqualByComparingTo("9.50");
    }

    @Test
    void numbersHaveNoGapsHoweverManyFinalizeAtOnceAndWhateverFails() throws Exception {
        List<String> drafts = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            String tenant = tenant();
            use(tenant, "2026-03-10T10:00:00Z", "1");
            drafts.add(draft(tenant, MARCH).path("invoice_id").asText());
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < drafts.size(); i++) {
                String id = drafts.get(i);
                // Every third has something on the way at the same time that fails after it drew a number.
                boolean fails = i % 3 == 0;
                answers.add(CompletableFuture.supplyAsync(
                        () -> {
                            if (fails) {
                                assertThatThrownBy(() -> drawnAndRolledBack()).hasMessage("rolled back");
                            }
                            return finalizing(id);
                        },
                        threads));
            }
            for (CompletableFuture<Answer> answer : answers) {
                assertThat(answer.get(120, TimeUnit.SECONDS).status()).isEqualTo(200);
            }
        } finally {
            threads.shutdownNow();
        }
        List<String> numbers = jdbc.sql("SELECT number FROM invoices WHERE number LIKE 'INV-2026-%' ORDER BY number")
                .query(String.class)
                .list();
        for (int i = 0; i < numbers.size(); i++) {
            assertThat(numbers.get(i)).isEqualTo("INV-2026-%06d", i + 1);
        }
        assertThat(numbers).hasSizeGreaterThanOrEqualTo(24);
    }

    @Test
    void eachStateLeadsOnlyWhereItMay() {
        Set<InvoiceStatus> reached = EnumSet.of(InvoiceStatus.DRAFT);
        for (InvoiceStatus status : InvoiceStatus.values()) {
            reached.addAll(status.next());
        }
        assertThat(reached).isEqualTo(EnumSet.allOf(InvoiceStatus.class));
        assertThat(InvoiceStatus.PAID.next()).isEmpty();
        assertThat(InvoiceStatus.VOID.next()).isEmpty();
    }

    @Test
    void aLineIsWalkedBackToItsEvents() {
        String tenant = tenant();
        use(
                tenant,
                "2026-03-10T10:00:00Z",
                "1",
                ", \"job_id\": \"j-1\", \"miner_id\": \"m-1\", \"gpu_uuid\": \"GPU-1\"");
        use(
                tenant,
                "2026-03-11T10:00:00Z",
                "2",
                ", \"job_id\": \"j-2\", \"miner_id\": \"m-2\", \"gpu_uuid\": \"GPU-2\"");
        use(tenant, "2026-03-12T10:00:00Z", "4", ", \"unit_price\": 0.9");
        use(tenant, "2026-04-02T10:00:00Z", "8");
        JsonNode invoice = finalized(tenant, MARCH);
        use(tenant, "2026-03-13T10:00:00Z", "16");
        String path = "/api/billing/invoices/" + invoice.path("invoice_id").asText() + "/lines/";
        JsonNode byPlan = get(keyOf(tenant), path + "1/events").body().path("items");
        assertThat(byPlan)
                .hasSize(2)
                .extracting(e -> e.path("gpu_uuid").asText())
                .containsExactly("GPU-1", "GPU-2");
        assertThat(byPlan).extracting(e -> e.path("job_id").asText()).containsExactly("j-1", "j-2");
        JsonNode own = get(VIEWER, path + "2/events?limit=1").body();
        assertThat(own.path("items")).hasSize(1);
        assertThat(own.path("items").path(0).path("quantity").asInt()).isEqualTo(4);
        JsonNode firstPage = get(VIEWER, path + "1/events?limit=1").body();
        assertThat(get(
                                VIEWER,
                                path + "1/events?limit=1&cursor="
                                        + firstPage.path("next").asText())
                        .body()
                        .path("items")
                        .path(0)
                        .path("gpu_uuid")
                        .asText())
                .isEqualTo("GPU-2");
        assertThat(get(VIEWER, path + "3/events").status()).isEqualTo(404);
        assertThat(get(keyOf(tenant()), path + "1/events").status()).isEqualTo(404);
    }

    @Test
    void aLineOfOwnPricesOrOfNothingOwedHasOnlyItsOwnEvents() {
        String tenant = tenant();
        String own = ", \"unit_price\": 0.9";
        use(tenant, "2026-03-10T10:00:00Z", "1", own);
        use(tenant, "2026-03-10T11:00:00Z", "2", own + ", \"gpu_model\": \"H100\"");
        use(tenant, "2026-03-10T12:00:00Z", "4", own + ", \"outcome\": \"provider_fault\"");
        use(tenant, "2026-03-10T13:00:00Z", "8", ", \"outcome\": \"provider_fault\", \"gpu_model\": \"H100\"");
        JsonNode invoice = finalized(tenant, MARCH);
        assertThat(invoice.path("lines")).hasSize(4);
        for (JsonNode line : invoice.path("lines")) {
            JsonNode events = get(
                            VIEWER,
                            "/api/billing/invoices/"
                                    + invoice.path("invoice_id").asText() + "/lines/"
                                    + line.path("line").asText() + "/events")
                    .body()
                    .path("items");
            assertThat(events)
                    .as(line.toString())
                    .hasSize(line.path("event_count").asInt());
            assertThat(events.path(0).path("quantity").decimalValue())
                    .isEqualByComparingTo(line.path("quantity").decimalValue());
        }
    }
}

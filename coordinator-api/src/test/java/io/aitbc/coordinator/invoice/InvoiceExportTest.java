package io.aitbc.coordinator.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.RunningCoordinator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;

/** Invoices as files, over HTTP. */
class InvoiceExportTest extends RunningCoordinator {

    /** FOCUS 1.2: what must be there, and among the rest what we have. */
    private static final List<String> MANDATORY = List.of(
            "BilledCost",
            "BillingAccountId",
            "BillingAccountName",
            "BillingCurrency",
            "BillingPeriodEnd",
            "BillingPeriodStart",
            "ChargeCategory",
            "ChargeClass",
            "ChargeDescription",
            "ChargePeriodEnd",
            "ChargePeriodStart",
            "ContractedCost",
            "EffectiveCost",
            "InvoiceIssuerName",
            "ListCost",
            "PricingQuantity",
            "PricingUnit",
            "ProviderName",
            "PublisherName",
            "ServiceCategory",
            "ServiceName");

    @Test
    void theCsvAddsUpToTheTotalAndEachRowStandsForItself() {
        String tenant = taxed("Tenant, \"quoted\"\nand more");
        String id = invoice(tenant);
        JsonNode invoice = finalized(id);
        Answer answer = get(keyOf(tenant), path(id) + ".csv");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().headers().firstValue("Content-Type")).contains("text/csv;charset=UTF-8");
        assertThat(answer.response().headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"" + invoice.path("number").asText() + ".csv\"");
        assertThat(answer.response().body()).as("RFC 4180").endsWith("\r\n");
        List<CSVRecord> rows = rows(answer);
        assertThat(rows).hasSize(3);
        assertThat(sum(rows, "amount").add(sum(rows, "tax")))
                .isEqualTo(invoice.path("total").decimalValue());
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.get("invoice_number"))
                    .isEqualTo(invoice.path("number").asText());
            assertThat(row.get("bill_to_name")).isEqualTo("Tenant, \"quoted\"\nand more");
            assertThat(row.get("currency")).isEqualTo("USD");
            assertThat(row.get("period_start")).isEqualTo("2026-03-01T00:00:00Z");
            assertThat(row.get("period_end")).isEqualTo("2026-04-01T00:00:00Z");
        });
        CSVRecord calls = rows.get(0);
        assertThat(List.of(calls.get("quantity"), calls.get("unit_price"), calls.get("event_count")))
                .containsExactly("149", "0.0001", "1");
    }

    @Test
    void noNameBecomesAFormula() {
        String tenant = taxed("=cmd()|'/C calc'!A0");
        String id = invoice(tenant);
        JsonNode note = credit(id, "@SUM(A1:A9)");
        List<CSVRecord> rows = rows(get(VIEWER, path(note.path("invoice_id").asText()) + ".csv"));
        assertThat(rows.get(0).get("bill_to_name")).isEqualTo("'=cmd()|'/C calc'!A0");
        assertThat(rows.get(0).get("description")).isEqualTo("'@SUM(A1:A9)");
        assertThat(rows.get(0).get("amount")).as("a number stays one").isEqualTo("-1.00");
        assertThat(rows.get(0).get("prior_invoice_id")).isEqualTo(id);
        CSVRecord focus = rows(get(VIEWER, path(note.path("invoice_id").asText()) + ".focus.csv"))
                .get(0);
        assertThat(focus.get("BillingAccountName")).startsWith("'=");
        assertThat(focus.get("ChargeDescription")).startsWith("'@");
    }

    @Test
    void focusAddsUpToTheTotalWithTaxesAsRowsOfTheirOwn() {
        String tenant = taxed("Tenant");
        String id = invoice(tenant);
        JsonNode invoice = finalized(id);
        List<CSVRecord> rows = rows(get(SERVICE, path(id) + ".focus.csv"));
        assertThat(rows.get(0).getParser().getHeaderNames()).containsAll(MANDATORY);
        assertThat(sum(rows, "BilledCost")).isEqualTo(invoice.path("total").decimalValue());
        assertThat(rows)
                .extracting(row -> row.get("ChargeCategory"))
                .containsExactly("Usage", "Usage", "Usage", "Tax", "Tax");
        CSVRecord hours = rows.get(1);
        assertThat(hours.get("SkuId")).isEqualTo("gpu_hours");
        assertThat(new BigDecimal(hours.get("ContractedUnitPrice"))
                        .multiply(new BigDecimal(hours.get("PricingQuantity"))))
                .as("a cost is quantity times price to the last digit; only what is billed is rounded")
                .isEqualByComparingTo(hours.get("ContractedCost"))
                .isEqualByComparingTo("5.255");
        assertThat(hours.get("BilledCost")).isEqualTo("5.26");
        CSVRecord tax = rows.get(3);
        assertThat(tax.get("ChargeDescription")).isEqualTo("VAT 19 %");
        assertThat(List.of(
                        tax.get("PricingQuantity"),
                        tax.get("PricingUnit"),
                        tax.get("SkuId"),
                        tax.get("ConsumedQuantity")))
                .containsOnly("");
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.get("InvoiceId")).isEqualTo(invoice.path("number").asText());
            assertThat(row.get("InvoiceIssuerName")).isEqualTo("GPU pool");
            assertThat(row.get("ChargeClass")).isEmpty();
        });
    }

    @Test
    void aCreditNoteIsACorrectionOfItsPeriod() {
        String id = invoice(taxed("Tenant"));
        JsonNode note = credit(id, "slow weekend");
        String noteId = note.path("invoice_id").asText();
        List<CSVRecord> rows = rows(get(VIEWER, path(noteId) + ".focus.csv"));
        assertThat(rows).extracting(row -> row.get("ChargeCategory")).containsExactly("Credit", "Tax", "Tax");
        assertThat(rows).allSatisfy(row -> assertThat(row.get("ChargeClass")).isEqualTo("Correction"));
        assertThat(sum(rows, "BilledCost")).isEqualTo(note.path("total").decimalValue());
        String number = get(VIEWER, path(id)).body().path("number").asText();
        assertThat(InvoiceSamples.read(file(VIEWER, path(noteId) + ".pdf")))
                .contains("Credit note", "Corrects invoice " + number, "slow weekend", "-1.00");
    }

    @Test
    void thePdfSaysWhatTheInvoiceSays() {
        String tenant = taxed("Ωμέγα \uD83D\uDE00");
        String id = invoice(tenant);
        String draft = InvoiceSamples.read(file(VIEWER, path(id) + ".pdf"));
        assertThat(draft).contains("Invoice (DRAFT)", "none yet", "A draft: not an invoice");
        JsonNode invoice = finalized(id);
        byte[] pdf = file(keyOf(tenant), path(id) + ".pdf");
        String text = InvoiceSamples.read(pdf);
        assertThat(text)
                .doesNotContain("DRAFT")
                .contains("GPU pool", "Ωμέγα ?", invoice.path("number").asText())
                .contains("2026-03-01 to 2026-03-31")
                .contains("Total " + invoice.path("total").decimalValue().toPlainString() + " USD")
                .contains("Net " + invoice.path("net").decimalValue().toPlainString() + " USD")
                .contains("SHA-256 of the document: " + invoice.path("sha256").asText());
        for (JsonNode line : invoice.path("lines")) {
            assertThat(text)
                    .contains(line.path("description").asText())
                    .contains(line.path("amount").decimalValue().toPlainString());
        }
        for (JsonNode tax : invoice.path("taxes")) {
            assertThat(text).contains(tax.path("amount").decimalValue().toPlainString() + " USD");
        }
        assertThat(file(VIEWER, path(id) + ".pdf")).as("the same bytes").isEqualTo(pdf);
    }

    @Test
    void draftsAndWithdrawnInvoicesSayWhatTheyAre() {
        String id = invoice(taxed("Tenant"));
        Answer draft = get(VIEWER, path(id) + ".csv");
        assertThat(draft.response().headers().firstValue("Content-Disposition").orElse(""))
                .contains("draft-" + id + ".csv");
        assertThat(rows(draft)).allSatisfy(row -> {
            assertThat(row.get("invoice_status")).isEqualTo("DRAFT");
            assertThat(row.get("invoice_number")).isEmpty();
        });
        assertThat(rows(get(VIEWER, path(id) + ".focus.csv")))
                .allSatisfy(row -> assertThat(row.get("InvoiceId")).isEmpty());
        finalized(id);
        assertThat(post(OPERATOR, path(id) + "/void", "{\"reason\": \"wrong tenant\"}")
                        .status())
                .isEqualTo(200);
        assertThat(InvoiceSamples.read(file(VIEWER, path(id) + ".pdf"))).contains("Invoice (VOID)", "wrong tenant");
        assertThat(rows(get(VIEWER, path(id) + ".csv")))
                .allSatisfy(row -> assertThat(row.get("invoice_status")).isEqualTo("VOID"));
    }

    @Test
    void anEmptyInvoiceHasAHeadAndNoRows() {
        String id = draft(tenant());
        assertThat(rows(get(VIEWER, path(id) + ".csv"))).isEmpty();
        assertThat(rows(get(VIEWER, path(id) + ".focus.csv"))).isEmpty();
        assertThat(InvoiceSamples.read(file(VIEWER, path(id) + ".pdf"))).contains("Total 0.00 USD");
    }

    @Test
    void anotherTenantsFilesAreNotThereAndNeitherAreThoseOfNoInvoice() {
        String id = invoice(taxed("Tenant"));
        String other = keyOf(tenant());
        for (String form : List.of(".csv", ".focus.csv", ".pdf")) {
            Answer foreign = get(other, path(id) + form);
            assertThat(foreign.status()).as(form).isEqualTo(404);
            assertThat(foreign.problem()).isEqualTo("unknown-invoice");
            assertThat(get(VIEWER, path(UUID.randomUUID().toString()) + form).status())
                    .isEqualTo(404);
            assertThat(get(VIEWER, path("none") + form).status()).isEqualTo(400);
            assertThat(get("", path(id) + form).status()).isEqualTo(401);
        }
    }

    private String taxed(String name) {
        String tenant = unique("tenant");
        Answer made = post(
                OPERATOR,
                "/api/tenants",
                json.createObjectNode()
                        .put("tenant_id", tenant)
                        .put("name", name)
                        .put("currency", "USD")
                        .put("timezone", "UTC")
                        .<com.fasterxml.jackson.databind.node.ObjectNode>set(
                                "tax_rates",
                                json.createArrayNode()
                                        .add(json.createObjectNode()
                                                .put("name", "VAT")
                                                .put("pct", 19))
                                        .add(json.createObjectNode()
                                                .put("name", "City")
                                                .put("pct", 0.5)))
                        .toString());
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        return tenant;
    }

    /** A draft of March with three lines. */
    private String invoice(String tenant) {
        Answer taken = usage(("[" + event(unique("e"), tenant, "gpu_hours", "10.51") + ","
                        + event(unique("e"), tenant, "api_calls", "149") + ","
                        + event(unique("e"), tenant, "gpu_hours", "1", ", \"unit_price\": 0.755") + "]")
                .replace("2026-04-22T10:30:00Z", "2026-03-10T10:30:00Z"));
        assertThat(taken.status()).as(taken.response().body()).isLessThan(300);
        return draft(tenant);
    }

    private String draft(String tenant) {
        Answer draft = post(SERVICE, "/api/billing/invoice", """
                {"tenant_id": "%s", "period_start": "2026-03-01", "period_end": "2026-03-31T23:59:59Z"}
                """.formatted(tenant));
        assertThat(draft.status()).as(draft.response().body()).isEqualTo(201);
        return draft.body().path("invoice_id").asText();
    }

    private JsonNode finalized(String id) {
        Answer answer = post(OPERATOR, path(id) + "/finalize", "{\"override_reason\": \"a test\"}");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.body();
    }

    private JsonNode credit(String id, String reason) {
        finalized(id);
        Answer answer = send(
                OPERATOR,
                "POST",
                path(id) + "/credit-notes",
                json.createObjectNode().put("reason", reason).put("amount", 1).toString(),
                "application/json",
                "Idempotency-Key",
                "granted");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        return answer.body();
    }

    private static String path(String id) {
        return "/api/billing/invoices/" + id;
    }

    private static List<CSVRecord> rows(Answer answer) {
        assertThat(answer.status()).isEqualTo(200);
        byte[] bytes = answer.response().body().getBytes(StandardCharsets.UTF_8);
        try (CSVParser parser = CSVParser.parse(
                new java.io.ByteArrayInputStream(bytes),
                StandardCharsets.UTF_8,
                CSVFormat.RFC4180
                        .builder()
                        .setHeader()
                        .setSkipHeaderRecord(true)
                        .get())) {
            return parser.getRecords();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BigDecimal sum(List<CSVRecord> rows, String column) {
        return rows.stream().map(row -> new BigDecimal(row.get(column))).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
}

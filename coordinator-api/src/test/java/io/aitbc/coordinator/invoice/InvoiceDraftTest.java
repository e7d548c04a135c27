package io.aitbc.coordinator.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.RunningCoordinator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Drafts of invoices. */
class InvoiceDraftTest extends RunningCoordinator {

    private static final String APRIL = "2026-04-01T00:00:00Z";
    private static final String MAY = "2026-05-01T00:00:00Z";

    @Test
    void aLineIsAResourceAtAPriceAndTheTotalIsTheirSum() {
        String tenant = tenant();
        usage("[" + event(unique("e"), tenant, "gpu_hours", "10.5") + ","
                + event(unique("e"), tenant, "gpu_hours", "0.01")
                + "," + event(unique("e"), tenant, "gpu_hours", "1", ", \"unit_price\": 0.755") + ","
                + event(unique("e"), tenant, "api_calls", "149") + ","
                + event(unique("e"), tenant, "storage_gb", "100", ", \"unit_price\": 0") + "]");
        Answer answer = draft(tenant, APRIL, MAY);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        JsonNode invoice = answer.body();
        assertThat(lines(invoice))
                .containsExactly(
                        "1 api_calls 149 call × 0.0001 = 0.01 (1)",
                        "2 gpu_hours 10.51 gpu_hour × 0.5 = 5.26 (2)",
                        "3 gpu_hours 1 gpu_hour × 0.755 = 0.76 (1)",
                        "4 storage_gb 100 gb_month × 0 = 0.00 (1)");
        assertThat(invoice.path("total").decimalValue()).isEqualTo(new BigDecimal("6.03"));
        assertThat(invoice.path("status").asText()).isEqualTo("DRAFT");
        assertThat(invoice.path("currency").asText()).isEqualTo("USD");
        assertThat(invoice.path("tenant_id").asText()).isEqualTo(tenant);
        String path = answer.response().headers().firstValue("Location").orElseThrow();
        assertThat(get(VIEWER, path).body()).isEqualTo(invoice);
        assertThat(get(VIEWER, "/api/billing/invoices?tenant_id=" + tenant)
                        .body()
                        .path("items")
                        .path(0))
                .isEqualTo(invoice);
    }

    @Test
    void thePeriodIsHalfOpenAndItsLastSecondIsWhole() {
        String tenant = tenant();
        usage("[" + at(tenant, "2026-03-01T00:00:00Z", 1) + "," + at(tenant, "2026-02-28T23:59:59.999999Z", 2) + ","
                + at(tenant, "2026-03-31T23:59:59.999999Z", 4) + "," + at(tenant, "2026-04-01T00:00:00Z", 8) + "]");
        JsonNode march =
                draft(tenant, "2026-03-01T00:00:00Z", "2026-03-31T23:59:59Z").body();
        assertThat(march.path("lines").path(0).path("quantity").asInt()).isEqualTo(1 + 4);
        assertThat(march.path("period_end").asText()).isEqualTo("2026-04-01T00:00:00Z");
        JsonNode april = draft(tenant, APRIL, "2026-04-30T23:59:59Z").body();
        assertThat(april.path("lines").path(0).path("quantity").asInt()).isEqualTo(8);
    }

    @Test
    void theSamePeriodAgainIsTheSameDraftBuiltAnew() {
        String tenant = tenant();
        usage(event(unique("e"), tenant, "gpu_hours", "1"));
        JsonNode first = draft(tenant, APRIL, MAY).body();
        usage("[" + event(unique("e"), tenant, "gpu_hours", "2") + "," + event(unique("e"), tenant, "api_calls", "100")
                + "]");
        clock.advance(java.time.Duration.ofMinutes(1));
        Answer answer = draft(tenant, APRIL, "2026-04-30T23:59:59Z");
        assertThat(answer.status()).isEqualTo(200);
        JsonNode second = answer.body();
        assertThat(second.path("invoice_id")).isEqualTo(first.path("invoice_id"));
        assertThat(second.path("created_at")).isEqualTo(first.path("created_at"));
        assertThat(second.path("rebuilt_at").asText()).isEqualTo("2026-04-22T12:01:00Z");
        assertThat(lines(second))
                .containsExactly("1 api_calls 100 call × 0.0001 = 0.01 (1)", "2 gpu_hours 3 gpu_hour × 0.5 = 1.50 (2)");
        assertThat(get(
                                VIEWER,
                                "/api/billing/invoices/"
                                        + first.path("invoice_id").asText())
                        .body())
                .isEqualTo(second);
    }

    @Test
    void anEventThatIsTakenBackIsTakenOffTheDraft() {
        String tenant = tenant();
        String id = unique("e");
        usage(event(id, tenant, "gpu_hours", "5"));
        usage(event(unique("e"), tenant, "gpu_hours", "-5", ", \"reverses\": \"" + id + "\""));
        JsonNode invoice = draft(tenant, APRIL, MAY).body();
        assertThat(lines(invoice)).as("nothing is left to be billed").isEmpty();
        assertThat(invoice.path("total").decimalValue()).isEqualByComparingTo("0");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-15T00:00:00Z, 2026-04-02T00:00:00Z",
        "2026-04-30T00:00:00Z, 2026-05-02T00:00:00Z",
        "2026-04-10T00:00:00Z, 2026-04-11T00:00:00Z",
        "2026-03-01T00:00:00Z, 2026-06-01T00:00:00Z",
        "2026-04-01T00:00:00Z, 2026-04-30T00:00:00Z",
    })
    void noTimeIsBilledTwice(String start, String end) {
        String tenant = tenant();
        String april = draft(tenant, APRIL, MAY).body().path("invoice_id").asText();
        Answer overlap = draft(tenant, start, end);
        assertThat(overlap.status()).isEqualTo(409);
        assertThat(overlap.problem()).isEqualTo("invoice-overlaps");
        assertThat(overlap.body().path("invoice_id").asText()).isEqualTo(april);
        assertThat(draft(tenant, MAY, "2026-06-01T00:00:00Z").status()).isEqualTo(201);
        assertThat(draft(tenant(), start, end).status()).isEqualTo(201);
    }

    @Test
    void theDatabaseItselfRefusesAnOverlap() {
        String tenant = tenant();
        draft(tenant, APRIL, MAY);
        assertThatThrownBy(() -> jdbc.sql("""
                        INSERT INTO invoices (invoice_id, tenant_id, status, currency, period_start, period_end, total,
                            created_at, rebuilt_at)
                        VALUES (gen_random_uuid(), :t, 'DRAFT', 'USD', '2026-04-30', '2026-05-02', 0, now(), now())
                        """).param("t", tenant).update())
                .hasMessageContaining("invoices_of_a_tenant_do_not_overlap");
    }

    @Test
    void askedForByManyAtOnceThereIsOneDraft() throws Exception {
        String tenant = tenant();
        usage(event(unique("e"), tenant, "gpu_hours", "1"));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                String end = i % 2 == 0 ? MAY : "2026-04-20T00:00:00Z";
                answers.add(CompletableFuture.supplyAsync(() -> draft(tenant, APRIL, end), threads));
            }
            List<Integer> statuses = new ArrayList<>();
            for (CompletableFuture<Answer> answer : answers) {
                statuses.add(answer.get(60, TimeUnit.SECONDS).status());
            }
            assertThat(statuses).containsOnly(200, 201, 409).containsOnlyOnce(201);
            assertThat(statuses).filteredOn(status -> status == 409).hasSize(8);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void amountsAreInTheMinorUnitOfTheTenantsCurrency() {
        String yen = tenant("JPY", "Asia/Tokyo");
        usage(event(unique("e"), yen, "gpu_hours", "1.5", ", \"unit_price\": 75"));
        JsonNode invoice = draft(yen, APRIL, MAY).body();
        assertThat(invoice.path("total").decimalValue()).isEqualTo(new BigDecimal("113"));
        String dinar = tenant("KWD", "Asia/Kuwait");
        usage(event(unique("e"), dinar, "gpu_hours", "1.5", ", \"unit_price\": 0.1555"));
        assertThat(draft(dinar, APRIL, MAY).body().path("total").decimalValue()).isEqualTo(new BigDecimal("0.233"));
    }

    @Test
    void whatHasNoPriceIsNotBilledAtNothing() {
        String tenant = tenant("SEK", "Europe/Stockholm");
        usage(event(unique("e"), tenant, "gpu_hours", "1"));
        Answer answer = draft(tenant, APRIL, MAY);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.problem()).isEqualTo("no-price");
        assertThat(answer.body().path("detail").asText())
                .startsWith("The price plan default in SEK has no price for gpu_hours used from ")
                .endsWith("; add its first version, by POST /api/price-plans/default/versions with a valid_from before"
                        + " that, or take the usage back.");
    }

    @Test
    void aDraftSaysHowFarItIsComplete() {
        String tenant = tenant();
        jdbc.sql("DELETE FROM usage_watermarks").update();
        assertThat(draft(tenant, APRIL, MAY).body().path("complete_through").isNull())
                .isTrue();
        String said = "{\"source\": \"%s\", \"complete_through\": \"%s\"}";
        post(SERVICE, "/api/billing/watermarks", said.formatted("pool-1", "2026-04-22T11:00:00Z"));
        post(SERVICE, "/api/billing/watermarks", said.formatted("pool-2", "2026-04-22T10:00:00Z"));
        assertThat(draft(tenant, APRIL, MAY).body().path("complete_through").asText())
                .isEqualTo("2026-04-22T10:00:00Z");
    }

    @Test
    void aTenantReadsItsOwnInvoicesAndDraftsNone() {
        String tenant = tenant();
        String key = keyOf(tenant);
        String id = draft(tenant, APRIL, MAY).body().path("invoice_id").asText();
        assertThat(get(key, "/api/billing/invoices/" + id)
                        .body()
                        .path("invoice_id")
                        .asText())
                .isEqualTo(id);
        assertThat(get(key, "/api/billing/invoices").body().path("items")).hasSize(1);
        assertThat(post(VIEWER, "/api/billing/invoice", "{}").status()).isEqualTo(403);
    }

    @Test
    void nonsenseIsRefused() {
        assertThat(draft("nobody", APRIL, MAY).status()).isEqualTo(404);
        assertThat(draft(tenant(), MAY, APRIL).status()).isEqualTo(422);
        assertThat(draft(tenant(), APRIL, "+999999999-12-31T23:59:59Z").status())
                .isEqualTo(422);
        assertThat(draft(tenant(), APRIL, "tomorrow").status()).isEqualTo(400);
        assertThat(draft("a\\u0000b", APRIL, MAY).status()).isEqualTo(404);
        assertThat(post(SERVICE, "/api/billing/invoice", "{}").status()).isEqualTo(422);
        assertThat(get(VIEWER, "/api/billing/invoices/none").status()).isEqualTo(400);
        assertThat(get(VIEWER, "/api/billing/invoices/00000000-0000-0000-0000-000000000001")
                        .status())
                .isEqualTo(404);
        assertThat(get(VIEWER, "/api/billing/invoices?cursor=YQ").status()).isEqualTo(400);
    }

    private Answer draft(String tenant, String start, String end) {
        return post(SERVICE, "/api/billing/invoice", """
                {"tenant_id": "%s", "period_start": "%s", "period_end": "%s"}""".formatted(tenant, start, end));
    }

    private static String at(String tenant, String time, int quantity) {
        return event(unique("e"), tenant, "gpu_hours", Integer.toString(quantity))
                .replace("2026-04-22T10:30:00Z", time);
    }

    private static List<String> lines(JsonNode invoice) {
        List<String> lines = new ArrayList<>();
        for (JsonNode line : invoice.path("lines")) {
            lines.add("%d %s %s %s × %s = %s (%d)"
                    .formatted(
                            line.path("line").asInt(),
                            line.path("resource_type").asText(),
                            line.path("quantity").asText(),
                            line.path("unit").asText(),
                            line.path("unit_price").asText(),
                            line.path("amount").decimalValue().toPlainString(),
                            line.path("event_count").asInt()));
        }
        return lines;
    }
}

package io.aitbc.coordinator.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import io.aitbc.coordinator.RunningCoordinator;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Tenants that use something, and their invoices. It is 22 April 2026. */
abstract class InvoiceScene extends RunningCoordinator {

    protected static final String FEBRUARY = "2026-02";
    protected static final String MARCH = "2026-03";
    protected static final String APRIL = "2026-04";

    @Autowired
    private InvoiceNumbers numbers;

    @Autowired
    private PlatformTransactionManager transactions;

    @BeforeEach
    void everyPoolIsComplete() {
        jdbc.sql("DELETE FROM usage_watermarks").update();
    }

    /** A new tenant that is billed by a plan. */
    protected String tenantOn(String plan) {
        String tenant = unique("tenant");
        Answer answer = post(OPERATOR, "/api/tenants", """
                {"tenant_id": "%s", "price_plan": "%s"}""".formatted(tenant, plan));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        return tenant;
    }

    /** A new plan: GPU hours at 0.50 until 1 March, 0.80 until 1 April, then 2.00. */
    protected String risingPrices() {
        String plan = unique("rising");
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            jdbc.sql("INSERT INTO price_plans (plan, currency) VALUES (:plan, 'USD')")
                    .param("plan", plan)
                    .update();
            version(plan, "1970-01-01T00:00:00Z", "0.50");
            version(plan, "2026-03-01T00:00:00Z", "0.80");
            version(plan, "2026-04-01T00:00:00Z", "2.00");
        });
        return plan;
    }

    private void version(String plan, String from, String price) {
        jdbc.sql("""
                INSERT INTO price_versions (plan, currency, valid_from, minimum_commitment, waived_outcomes, sla_credits)
                VALUES (:plan, 'USD', :from::timestamptz, 0, ARRAY ['PROVIDER_FAULT', 'PREEMPTED'],
                    '[{"metric": "uptime_pct", "below": 95, "credit_pct": 10}, {"metric": "uptime_pct", "below": 85.5, "credit_pct": 25}]')
                """).param("plan", plan).param("from", from).update();
        jdbc.sql("""
                INSERT INTO price_rates (plan, currency, valid_from, resource_type, tariff, list_price)
                VALUES (:plan, 'USD', :from::timestamptz, 'gpu_hours', 'PER_UNIT', :price::numeric)
                """)
                .param("plan", plan)
                .param("from", from)
                .param("price", price)
                .update();
    }

    /** A new plan in dollars with one version, from 1970 on; the last words are further fields of it. */
    protected String plan(String rates, String... further) {
        String plan = unique("plan");
        Answer answer = post(
                OPERATOR, "/api/price-plans/" + plan + "/versions", """
                {"currency": "USD", "valid_from": "1970-01-01T00:00:00Z", "rates": %s%s}""".formatted(rates, String.join("", further)));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
        return plan;
    }

    /** A tenant uses GPU hours at a time. */
    protected String use(String tenant, String at, String quantity, String... further) {
        String id = unique("e");
        Answer answer = usage(event(id, tenant, "gpu_hours", quantity, further).replace("2026-04-22T10:30:00Z", at));
        assertThat(answer.body().path("accepted").asInt())
                .as(answer.response().body())
                .isEqualTo(1);
        return id;
    }

    /** Takes an event back. */
    protected void takeBack(String tenant, String id, String at) {
        Answer answer = usage("""
                {"event_id": "back-%s", "source": "pool-1", "tenant_id": "%s", "resource_type": "gpu_hours",
                 "reverses": "%s", "occurred_at": "%s"}""".formatted(id, tenant, id, at));
        assertThat(answer.body().path("accepted").asInt())
                .as(answer.response().body())
                .isEqualTo(1);
    }

    protected static String asked(String tenant, String month) {
        return """
                {"tenant_id": "%s", "period_start": "%s-01", "period_end": "%s-01"}""".formatted(tenant, month, java.time.YearMonth.parse(month).plusMonths(1));
    }

    protected JsonNode draft(String tenant, String month) {
        Answer answer = post(SERVICE, "/api/billing/invoice", asked(tenant, month));
        assertThat(answer.status()).as(answer.response().body()).isIn(200, 201);
        return answer.body();
    }

    protected Answer finalizing(String invoiceId) {
        return post(OPERATOR, "/api/billing/invoices/" + invoiceId + "/finalize", "{}");
    }

    protected JsonNode finalized(String tenant, String month) {
        Answer answer = finalizing(draft(tenant, month).path("invoice_id").asText());
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.body();
    }

    protected void topUp(String tenant, String amount) {
        Answer answer = send(
                OPERATOR,
                "POST",
                "/api/tenants/" + tenant + "/credits",
                "{\"kind\": \"top_up\", \"amount\": %s, \"reason\": \"paid\"}".formatted(amount),
                "application/json",
                "Idempotency-Key",
                unique("key"));
        assertThat(answer.status()).as(answer.response().body()).isIn(200, 201);
    }

    protected BigDecimal balance(String tenant) {
        return get(OPERATOR, "/api/tenants/" + tenant + "/credits")
                .body()
                .path("balance")
                .decimalValue();
    }

    protected JsonNode json(String text) {
        try {
            return json.reader()
                    .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Draws a number and is then undone. */
    protected void drawnAndRolledBack() {
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            numbers.next(InvoiceKind.INVOICE, Instant.parse("2026-04-22T12:00:00Z"));
            throw new IllegalStateException("rolled back");
        });
    }

    protected static Optional<JsonNode> line(JsonNode invoice, String kind) {
        for (JsonNode line : invoice.path("lines")) {
            if (line.path("kind").asText().equals(kind)) {
                return Optional.of(line);
            }
        }
        return Optional.empty();
    }
}

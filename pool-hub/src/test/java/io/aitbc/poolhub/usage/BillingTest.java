package io.aitbc.poolhub.usage;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.http.Fault;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Billing over HTTP: recorded once, passed on as the coordinator says it, and both ledgers compared to the last digit. */
class BillingTest extends UsageTest {

    private static final String SEED = """
            {"tenant_id":"tenant_001","resource_type":"gpu_hours","quantity":10.5,"unit_price":0.50,
             "job_id":"job_123","metadata":{}}""";

    @Test
    void anEventIsQueuedAlsoWhileTheCoordinatorIsAway() {
        COORDINATOR.stubFor(post("/api/billing/usage").willReturn(aResponse().withFault(Fault.EMPTY_RESPONSE)));

        Reply reply = operatorPosts("/sla/billing/usage/record", SEED);

        assertThat(reply.status()).as(reply.whole().body()).isEqualTo(202);
        assertThat(reply.body().path("status").asText()).isEqualTo("queued");
        assertThat(reply.body().path("event_id").asText()).isNotEmpty();
        assertThat(count("PENDING")).isEqualTo(1);
    }

    @Test
    void theSameKeyIsTheSameEvent() {
        Reply first = operatorPosts("/sla/billing/usage/record", SEED, "Idempotency-Key", "k-1");
        clock.advance(java.time.Duration.ofMinutes(1));
        Reply again = operatorPosts("/v1/sla/billing/usage/record", SEED, "Idempotency-Key", "k-1");

        assertThat(again.status()).isEqualTo(202);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(count("PENDING")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"quantity\":10.5|\"quantity\":10.6",
                "tenant_001|tenant_002",
                "job_123|job_124",
                "0.50|0.51",
                "\"metadata\":{}|\"metadata\":{\"a\":1}"
            })
    void theSameKeyWithOtherContentIsRefused(String change) {
        operatorPosts("/sla/billing/usage/record", SEED, "Idempotency-Key", "k-1");
        String other = SEED.replace(change.split("\\|")[0], change.split("\\|")[1]);

        Reply reply = operatorPosts("/sla/billing/usage/record", other, "Idempotency-Key", "k-1");

        assertThat(reply.status()).as(reply.whole().body()).isEqualTo(409);
        assertThat(count("PENDING")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.5|-1",
                "10.5|0.123456789",
                "10.5|1234567890123",
                "10.5|1e30",
                "tenant_001| ",
                "tenant_001|\\u0000",
                "tenant_001|\\ud800",
                "job_123|\\u0000",
                "gpu_hours|a-very-long-resource-type-that-nobody-has",
                "\"metadata\":{}|\"metadata\":{\"a\":\"\\u0000\"}",
                "\"metadata\":{}|\"metadata\":{\"a\":1e99999}",
                "\"metadata\":{}|\"occurred_at\":\"2026-04-22T15:36:00Z\"",
                "\"metadata\":{}|\"occurred_at\":\"2025-01-01T00:00:00Z\"",
                "\"metadata\":{}|\"period_start\":\"2026-04-22T15:00:00Z\",\"period_end\":\"2026-04-22T14:00:00Z\""
            })
    void whatCannotBeBilledIsRefused(String change) {
        String other = SEED.replace(change.split("\\|")[0], change.split("\\|")[1]);

        Reply reply = operatorPosts("/sla/billing/usage/record", other);

        assertThat(reply.status()).as(reply.whole().body()).isEqualTo(422);
        assertThat(count("PENDING")).isZero();
    }

    @Test
    void metadataMayHoldNulls() {
        String other = SEED.replace("\"metadata\":{}", "\"metadata\":{\"a\":null,\"b\":[null,{\"c\":null}]}");
        assertThat(operatorPosts("/sla/billing/usage/record", other).status()).isEqualTo(202);
    }

    @Test
    void usageIsWhatTheCoordinatorSays() {
        COORDINATOR.stubFor(get(urlPathEqualTo("/api/billing/metrics")).willReturn(okJson("{\"total_cost\":5.25}")));

        Reply reply = viewerGets("/sla/billing/usage?hours=24&tenant_id=tenant_001");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body().path("total_cost").decimalValue()).isEqualByComparingTo("5.25");
    }

    @Test
    void whileTheCoordinatorIsAwayUsageSaysWhenToComeBack() {
        COORDINATOR.stubFor(get(urlPathEqualTo("/api/billing/metrics")).willReturn(status(503)));

        Reply reply = viewerGets("/sla/billing/usage");

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.whole().headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void anInvoiceAndItsRefusalArePassedOn() {
        String body = """
                {"tenant_id":"t-1","period_start":"2026-03-01T00:00:00Z","period_end":"2026-03-31T23:59:59Z"}""";
        COORDINATOR.stubFor(post("/api/billing/invoice")
                .willReturn(okJson("{\"invoice_id\":\"i-1\"}").withStatus(201)));
        assertThat(operatorPosts("/sla/billing/invoice/generate", body)
                        .body()
                        .path("invoice_id")
                        .asText())
                .isEqualTo("i-1");

        COORDINATOR.stubFor(
                post("/api/billing/invoice")
                        .willReturn(
                                status(409)
                                        .withBody(
                                                "{\"type\":\"urn:aitbc:problem:overlap\",\"status\":409,\"detail\":\"Another invoice overlaps.\"}")));
        Reply refused = operatorPosts("/sla/billing/invoice/generate", body);
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("detail").asText()).isEqualTo("Another invoice overlaps.");
        assertThat(refused.body().path("type").asText()).endsWith("overlap");
    }

    @Test
    void bothLedgersAreEqualToTheLastDigit() {
        given(List.of(
                fact(NOW.minusSeconds(60), "t-1", "0.10000001"),
                fact(NOW.minusSeconds(90), "t-1", "0.2"),
                fact(NOW.minusSeconds(3_600), "t-2", "7")));
        jdbc.sql("UPDATE usage_events SET state = 'ACKNOWLEDGED'").update();
        digest("0.30000001");
        Reply equal = viewerGets("/sla/billing/reconciliation");
        assertThat(equal.body().path("balanced").asBoolean())
                .as(equal.whole().body())
                .isTrue();
        assertThat(equal.body().path("hub").path("count").asInt()).isEqualTo(3);
        assertThat(equal.body().path("coordinator").path("quantity").decimalValue())
                .isEqualByComparingTo(new BigDecimal("7.30000001"));
        assertThat(equal.body().path("pending").asInt()).isZero();

        digest("0.30000002");
        Reply unequal = viewerGets("/v1/sla/billing/reconciliation");
        assertThat(unequal.body().path("balanced").asBoolean()).isFalse();
        assertThat(unequal.body().path("differences")).hasSize(1);
        assertThat(unequal.body().path("differences").get(0).path("hour").asText())
                .isEqualTo("2026-04-22T15:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "<html>", "{\"rows\":[{}]}", "{\"rows\":[{\"hour\":\"x\"}]}"})
    void aDigestThatCannotBeReadIsNoProof(String digest) {
        COORDINATOR.stubFor(get(urlPathEqualTo("/api/billing/usage/digest")).willReturn(okJson(digest)));
        assertThat(viewerGets("/sla/billing/reconciliation").status()).isEqualTo(502);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from=2026-04-22T15:00:00Z&to=2026-04-22T15:00:00Z",
                "from=2026-04-22T15:00:00Z&to=2026-04-22T14:00:00Z",
                "from=2024-01-01T00:00:00Z&to=2026-04-22T14:00:00Z"
            })
    void aPeriodMustBeOne(String period) {
        assertThat(viewerGets("/sla/billing/reconciliation?" + period).status()).isEqualTo(422);
    }

    private static void digest(String lastHourOfFirstTenant) {
        COORDINATOR.stubFor(get(urlPathEqualTo("/api/billing/usage/digest"))
                .willReturn(okJson("""
                {"rows":[
                  {"tenant_id":"t-1","resource_type":"gpu_hours","hour":"2026-04-22T15:00:00Z","count":2,"quantity":%s},
                  {"tenant_id":"t-2","resource_type":"gpu_hours","hour":"2026-04-22T14:00:00Z","count":1,"quantity":7}
                ]}""".formatted(lastHourOfFirstTenant))));
    }
}

package io.aitbc.coordinator.usage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.RunningCoordinator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be read from the ledger. */
class UsageReadsTest extends RunningCoordinator {

    private static final String DIGEST =
            "/api/billing/usage/digest?from=2026-04-22T00:00:00Z&to=2026-04-23T00:00:00Z&tenant_id=";

    @Test
    void aRowSaysWhatTheEventSaidAndWhatItCosts() {
        String tenant = tenant();
        String id = unique("e");
        usage(event(id, tenant, "gpu_hours", "10.5", """
                , "job_id": "j-1", "attempt": 2, "miner_id": "m-1", "gpu_uuid": "GPU-1",
                "metadata": {"a": {"b": 1.50}, "gpu_count": 16},
                "period_start": "2026-04-22T09:30:00Z", "period_end": "2026-04-22T10:30:00Z\""""));
        JsonNode row = get(VIEWER, "/api/billing/usage?tenant_id=" + tenant)
                .body()
                .path("items")
                .path(0);
        assertThat(row.path("event_id").asText()).isEqualTo(id);
        assertThat(row.path("source").asText()).isEqualTo("pool-1");
        assertThat(row.path("quantity").decimalValue()).isEqualTo(new BigDecimal("10.5"));
        assertThat(row.path("unit_price").isNull()).isTrue();
        assertThat(row.path("rated_price").decimalValue()).isEqualByComparingTo("0.5");
        assertThat(row.path("total_amount").decimalValue()).isEqualByComparingTo("5.25");
        assertThat(row.path("currency").asText()).isEqualTo("USD");
        assertThat(row.path("attempt").asInt()).isEqualTo(2);
        assertThat(row.path("metadata").path("a").path("b").decimalValue()).isEqualByComparingTo("1.50");
        assertThat(row.path("period_end").asText()).isEqualTo("2026-04-22T10:30:00Z");
        assertThat(row.path("recorded_at").asText()).isEqualTo("2026-04-22T12:00:00Z");
    }

    @Test
    void aRowSaysOnWhichModelAndHowItEnded() {
        String tenant = tenant();
        usage("["
                + event(
                        unique("e"),
                        tenant,
                        "gpu_hours",
                        "1",
                        ", \"gpu_model\": \"H100\", \"metadata\": {\"gpu_model\": \"T4\"}")
                + "," + event(unique("e"), tenant, "gpu_hours", "2", ", \"metadata\": {\"gpu_model\": \"T4\"}") + ","
                + event(unique("e"), tenant, "gpu_hours", "4", ", \"outcome\": \"provider_fault\", \"unit_price\": 9")
                + ","
                + event(unique("e"), tenant, "gpu_hours", "8", ", \"outcome\": \"user_error\"") + ","
                + event(unique("e"), tenant, "gpu_hours", "16", ", \"outcome\": \"completed\"") + "]");
        List<String> rows = new ArrayList<>();
        get(VIEWER, "/api/billing/usage?tenant_id=" + tenant)
                .body()
                .path("items")
                .forEach(row -> rows.add(row.path("quantity").asText() + " "
                        + row.path("gpu_model").asText() + " "
                        + row.path("outcome").asText() + " "
                        + row.path("total_amount").asText()));
        assertThat(rows)
                .containsExactlyInAnyOrder(
                        "1 H100 null 0.5",
                        "2 T4 null 1",
                        "4 null provider_fault 0",
                        "8 null user_error 4",
                        "16 null null 8");
        assertThat(metrics(tenant, 24).path("cost").path(0).path("amount").decimalValue())
                .as("what is waived costs nothing, not even at its own price")
                .isEqualByComparingTo("13.5");
        Answer csv = send(VIEWER, "GET", "/api/billing/usage?tenant_id=" + tenant, null, "", "Accept", "text/csv");
        assertThat(csv.response().body())
                .contains("recorded_at,gpu_model,outcome\r\n", ",H100,\r\n", ",provider_fault\r\n");
    }

    @Test
    void aReversalIsAllThatTheEventWasThatItTakesBack() {
        String tenant = tenant();
        String id = unique("e");
        usage(event(id, tenant, "storage_gb", "5", """
                , "gpu_model": "H100", "outcome": "user_error", "miner_id": "m-1", "job_id": "j-1", "gpu_uuid": "GPU-1",
                "attempt": 2, "period_start": "2026-04-22T09:30:00Z", "period_end": "2026-04-22T10:30:00Z\"""").replace("22T10:30:00Z\", ", "21T10:30:00Z\", "));
        String reversal =
                event(unique("e"), tenant, "storage_gb", "-5", ", \"job_id\": \"other\", \"reverses\": \"" + id + "\"");
        assertThat(UsageLedgerTest.verdicts(usage(reversal))).containsExactly("ACCEPTED");
        assertThat(UsageLedgerTest.verdicts(usage(reversal))).containsExactly("DUPLICATE");
        assertThat(jdbc.sql("""
                        SELECT count(DISTINCT (occurred_at, job_id, attempt, miner_id, gpu_uuid, period_start, period_end, gpu_model,
                            outcome)) = 1 AND count(*) = 2 AND sum(quantity) = 0
                        FROM usage_ledger WHERE tenant_id = :t
                        """).param("t", tenant).query(Boolean.class).single())
                .isTrue();
        assertThat(jdbc.sql("""
                        SELECT count(*) FROM usage_ledger l JOIN usage_event_keys k USING (key, occurred_at)
                        WHERE l.tenant_id = :t
                        """).param("t", tenant).query(Long.class).single()).isEqualTo(2);
    }

    @Test
    void storageCostsByHowLongItWasHeld() {
        String tenant = tenant();
        usage(event(unique("e"), tenant, "storage_gb", "100", """
                , "period_start": "2026-04-21T10:30:00Z", "period_end": "2026-04-22T10:30:00Z\""""));
        JsonNode metrics = metrics(tenant, 24);
        // 100 GB × 24 h / 730 h × 0.02
        assertThat(metrics.path("cost").path(0).path("amount").decimalValue()).isEqualByComparingTo("0.06575342");
        assertThat(metrics.path("totals").path(0).path("quantity").asInt()).isEqualTo(100);
    }

    @Test
    void anEventsOwnPriceWinsAndZeroIsAPrice() {
        String tenant = tenant();
        usage("[" + event(unique("e"), tenant, "gpu_hours", "2", ", \"unit_price\": 0.75") + ","
                + event(unique("e"), tenant, "gpu_hours", "2", ", \"unit_price\": 0") + ","
                + event(unique("e"), tenant, "gpu_hours", "2") + "]");
        JsonNode metrics = metrics(tenant, 24);
        assertThat(metrics.path("cost").path(0).path("amount").decimalValue()).isEqualByComparingTo("2.5");
    }

    @Test
    void thePagesOfAListMakeTheWholeListOnce() {
        String tenant = tenant();
        List<String> sent = new ArrayList<>();
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            sent.add(unique("e"));
            events.add(event(sent.get(i), tenant, "api_calls", "1"));
        }
        usage(events.toString());
        List<String> read = new ArrayList<>();
        String path = "/api/billing/usage?limit=10&tenant_id=" + tenant;
        String cursor = "";
        do {
            Answer answer = get(VIEWER, path + cursor);
            answer.body()
                    .path("items")
                    .forEach(row -> read.add(row.path("event_id").asText()));
            String next = answer.body().path("next").asText("");
            assertThat(answer.response().headers().firstValue("Link").isPresent())
                    .isEqualTo(!answer.body().path("next").isNull());
            cursor = answer.body().path("next").isNull() ? "" : "&cursor=" + next;
        } while (!cursor.isEmpty());
        assertThat(read).hasSize(25).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    void filtersNarrowTheList() {
        String tenant = tenant();
        usage("["
                + event("f1", tenant, "gpu_hours", "1", ", \"job_id\": \"a\", \"miner_id\": \"m\"")
                        .replace("f1", unique("e"))
                + "," + event(unique("e"), tenant, "api_calls", "1", ", \"job_id\": \"b\"") + ","
                + event(unique("e"), tenant, "gpu_hours", "1")
                        .replace("10:30", "03:00")
                        .replace("pool-1", "pool-2") + "]");
        String base = "/api/billing/usage?tenant_id=" + tenant;
        assertThat(size(base)).isEqualTo(3);
        assertThat(size(base + "&resource_type=gpu_hours")).isEqualTo(2);
        assertThat(size(base + "&job_id=b")).isEqualTo(1);
        assertThat(size(base + "&miner_id=m")).isEqualTo(1);
        assertThat(size(base + "&source=pool-2")).isEqualTo(1);
        assertThat(size(base + "&hours=2")).isEqualTo(2);
        assertThat(size(base + "&from=2026-04-22T03:00:00Z&to=2026-04-22T10:30:00Z"))
                .isEqualTo(1);
        assertThat(size(base + "&job_id=a%27%20OR%201=1--")).isZero();
    }

    @Test
    void aListAsCsvIsComplete() {
        String tenant = tenant();
        usage(event(unique("e"), tenant, "gpu_hours", "1.25", ", \"job_id\": \"a,\\\"b\\\"\\nc\""));
        Answer answer = send(VIEWER, "GET", "/api/billing/usage?tenant_id=" + tenant, null, "", "Accept", "text/csv");
        assertThat(answer.response().headers().firstValue("Content-Type")).hasValue("text/csv;charset=UTF-8");
        assertThat(answer.response().body())
                .startsWith("event_id,source,tenant_id,resource_type,quantity,")
                .contains(tenant + ",gpu_hours,1.25,,0.5,0.625,USD,\"a,\"\"b\"\"\nc\",");
        assertThat(send(VIEWER, "GET", "/api/billing/usage?tenant_id=none", null, "", "Accept", "text/csv")
                        .problem())
                .isEqualTo("unknown-tenant");
    }

    @Test
    void metricsSumUpByResourceAndHourWithTheDearestMinersAndJobs() {
        String tenant = tenant();
        usage("[" + event(unique("e"), tenant, "gpu_hours", "1", ", \"miner_id\": \"m-1\", \"job_id\": \"j-1\"") + ","
                + event(unique("e"), tenant, "gpu_hours", "4", ", \"miner_id\": \"m-2\", \"job_id\": \"j-1\"") + ","
                + event(unique("e"), tenant, "gpu_hours", "2").replace("10:30", "08:59") + ","
                + event(unique("e"), tenant, "api_calls", "10000") + ","
                + event(unique("e"), tenant, "gpu_hours", "9").replace("22T10:30", "21T10:30") + "]");
        JsonNode metrics = metrics(tenant, 24);
        assertThat(metrics.path("events").asInt()).isEqualTo(4);
        assertThat(metrics.path("cost").path(0).path("amount").decimalValue()).isEqualByComparingTo("4.5");
        assertThat(metrics.path("totals").findValuesAsText("resource_type")).containsExactly("api_calls", "gpu_hours");
        assertThat(metrics.path("by_hour").findValuesAsText("hour"))
                .containsExactly("2026-04-22T08:00:00Z", "2026-04-22T10:00:00Z", "2026-04-22T10:00:00Z");
        assertThat(metrics.path("top_miners").findValuesAsText("miner_id")).containsExactly("m-2", "m-1");
        assertThat(metrics.path("top_jobs").path(0).path("cost").decimalValue()).isEqualByComparingTo("2.5");
        assertThat(metrics(tenant, 48).path("events").asInt()).isEqualTo(5);
    }

    @Test
    void usageWithoutAPriceInItsCurrencyIsShownAsSuch() {
        String tenant = tenant("JPY", "Asia/Tokyo");
        usage(event(unique("e"), tenant, "gpu_hours", "1"));
        JsonNode total = metrics(tenant, 24).path("totals").path(0);
        assertThat(total.path("unpriced_events").asInt()).isEqualTo(1);
        assertThat(total.path("cost").decimalValue()).isEqualByComparingTo("0");
    }

    @Test
    void theDigestIsTheLedger() {
        String tenant = tenant();
        usage("[" + event(unique("e"), tenant, "gpu_hours", "1.5") + ","
                + event(unique("e"), tenant, "gpu_hours", "0.00000001")
                + "," + event(unique("e"), tenant, "gpu_hours", "2").replace("10:30", "11:00") + ","
                + event(unique("e"), tenant, "api_calls", "3").replace("pool-1", "pool-2") + ","
                + event(unique("e"), tenant, "gpu_hours", "-1") + ","
                + event(unique("e"), tenant, "gpu_hours", "8").replace("22T10:30", "21T23:59") + "]");
        JsonNode digest = get(SERVICE, DIGEST + tenant).body();
        assertThat(digest.path("rows").toString()).isEqualTo("""
                        [{"tenant_id":"T","resource_type":"api_calls","hour":"2026-04-22T10:00:00Z","count":1,"quantity":3},\
                        {"tenant_id":"T","resource_type":"gpu_hours","hour":"2026-04-22T10:00:00Z","count":2,"quantity":1.50000001},\
                        {"tenant_id":"T","resource_type":"gpu_hours","hour":"2026-04-22T11:00:00Z","count":1,"quantity":2}]""".replace("\"T\"", "\"" + tenant + "\""));
        assertThat(digest.path("count").asInt()).isEqualTo(4);
        assertThat(digest.path("quantity").decimalValue()).isEqualByComparingTo("6.50000001");
        assertThat(digest.path("from").asText()).isEqualTo("2026-04-22T00:00:00Z");
        JsonNode ofPool2 =
                get(SERVICE, DIGEST + tenant + "&source=pool-2&group=tenant").body();
        assertThat(ofPool2.path("rows").toString())
                .isEqualTo("[{\"tenant_id\":\"" + tenant + "\",\"count\":1,\"quantity\":3}]");
        JsonNode bySource = get(VIEWER, DIGEST + tenant + "&group=source").body();
        assertThat(bySource.path("rows").findValuesAsText("source")).containsExactly("pool-1", "pool-2");
        assertThat(bySource.path("count").asInt()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?from=2026-04-22T00:00:00Z&to=2026-04-22T00:00:00Z",
                "?from=2026-04-23T00:00:00Z&to=2026-04-22T00:00:00Z",
                "?from=2026-04-22T00:00:00Z&to=2026-04-23T00:00:00Z&group=colour"
            })
    void aDigestOfNonsenseIs422(String query) {
        assertThat(get(SERVICE, "/api/billing/usage/digest" + query).status()).isEqualTo(422);
    }

    @Test
    void parametersThatAreNoneAreRefused() {
        assertThat(get(SERVICE, "/api/billing/usage/digest").status()).isEqualTo(400);
        assertThat(get(SERVICE, "/api/billing/usage/digest?from=-999999999-01-01T00:00:00Z&to=2026-04-22T00:00:00Z")
                        .status())
                .isEqualTo(400);
        assertThat(get(SERVICE, "/api/billing/usage?from=today").status()).isEqualTo(400);
        assertThat(get(SERVICE, "/api/billing/usage?limit=1001").status()).isEqualTo(422);
        assertThat(get(SERVICE, "/api/billing/usage?cursor=YQ").status()).isEqualTo(400);
        assertThat(get(SERVICE, "/api/billing/metrics?hours=0").status()).isEqualTo(422);
        assertThat(get(SERVICE, "/api/billing/metrics?hours=x").status()).isEqualTo(400);
        assertThat(get(SERVICE, "/api/billing/metrics?tenant_id=none").status()).isEqualTo(404);
        assertThat(get(SERVICE, "/api/billing/usage?job_id=%00").status()).isBetween(400, 422);
        assertThat(get(SERVICE, "/api/billing/usage?tenant_id=%00").status()).isBetween(400, 422);
    }

    @Test
    void aWatermarkOnlyEverAdvances() {
        String source = unique("pool");
        String said =
                "{\"source\": \"%s\", \"complete_through\": \"%s\", \"count\": %d, \"sums\": {\"gpu_hours\": 1.5}}";
        String path = "/api/billing/watermarks";
        assertThat(post(SERVICE, path, said.formatted(source, "2026-04-22T10:00:00Z", 7))
                        .status())
                .isEqualTo(200);
        JsonNode held = post(SERVICE, path, said.formatted(source, "2026-04-22T09:00:00Z", 5))
                .body();
        assertThat(held.path("complete_through").asText()).isEqualTo("2026-04-22T10:00:00Z");
        assertThat(held.path("count").asInt()).isEqualTo(7);
        assertThat(held.path("sums").path("gpu_hours").decimalValue()).isEqualByComparingTo("1.5");
        assertThat(get(VIEWER, path).response().body()).contains(source);
        assertThat(post(SERVICE, path, said.formatted(source, "2026-04-22T13:00:00Z", 5))
                        .status())
                .isEqualTo(422);
        assertThat(post(SERVICE, path, "{}").status()).isEqualTo(422);
        assertThat(post(VIEWER, path, "{}").status()).isEqualTo(403);
    }

    private JsonNode metrics(String tenant, int hours) {
        Answer answer = get(VIEWER, "/api/billing/metrics?tenant_id=" + tenant + "&hours=" + hours);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.body();
    }

    private int size(String path) {
        Answer answer = get(VIEWER, path);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.body().path("items").size();
    }
}

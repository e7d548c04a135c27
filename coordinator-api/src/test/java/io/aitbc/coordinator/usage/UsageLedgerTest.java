package io.aitbc.coordinator.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.RunningCoordinator;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of events. */
class UsageLedgerTest extends RunningCoordinator {

    @Test
    void anEventIsAcceptedOnceAndADuplicateEverAfter() {
        String tenant = tenant();
        String event = event(unique("e"), tenant, "gpu_hours", "10.5");
        assertThat(verdicts(usage(event))).containsExactly("ACCEPTED");
        assertThat(verdicts(usage(event))).containsExactly("DUPLICATE");
        assertThat(verdicts(usage("[" + event + "," + event + "]"))).containsExactly("DUPLICATE", "DUPLICATE");
        assertThat(ledgerOf(tenant)).containsExactly("gpu_hours 10.50000000");
    }

    @Test
    void theSameIdWithOtherContentIsAConflictAndBothAreKept() {
        String tenant = tenant();
        String id = unique("e");
        usage(event(id, tenant, "gpu_hours", "1"));
        Answer answer = usage(event(id, tenant, "gpu_hours", "2"));
        assertThat(verdicts(answer)).containsExactly("CONFLICT CONFLICT");
        assertThat(answer.body().path("conflicts").asInt()).isEqualTo(1);
        assertThat(ledgerOf(tenant)).containsExactly("gpu_hours 1.00000000");
        assertThat(quarantineOf(tenant)).containsExactly("CONFLICT CONFLICT x1");
    }

    @Test
    void theSameIdOfAnotherSourceIsAnotherEvent() {
        String tenant = tenant();
        String event = event(unique("e"), tenant, "gpu_hours", "1");
        usage(event);
        assertThat(verdicts(usage(event.replace("pool-1", "pool-2")))).containsExactly("ACCEPTED");
    }

    @Test
    void theSameNumbersWrittenOtherwiseAreTheSameContent() {
        String tenant = tenant();
        String id = unique("e");
        usage(event(id, tenant, "gpu_hours", "10.50", ", \"metadata\": {\"b\": 1, \"a\": {\"y\": 2, \"x\": [1]}}"));
        assertThat(verdicts(usage(event(
                        id,
                        tenant,
                        "gpu_hours",
                        "1.05e1",
                        ", \"metadata\": {\"a\": {\"x\": [1], \"y\": 2}, \"b\": 1}"))))
                .containsExactly("DUPLICATE");
        assertThat(verdicts(usage(event(id, tenant, "gpu_hours", "10.5", ", \"metadata\": {\"a\": 1}"))))
                .containsExactly("CONFLICT CONFLICT");
    }

    @Test
    void withinABatchTheFirstEventOfAnIdCounts() {
        String tenant = tenant();
        String id = unique("e");
        String first = event(id, tenant, "gpu_hours", "1");
        String other = event(id, tenant, "gpu_hours", "2");
        assertThat(verdicts(usage("[" + first + "," + first + "," + other + "]")))
                .containsExactly("ACCEPTED", "DUPLICATE", "CONFLICT CONFLICT");
        assertThat(ledgerOf(tenant)).containsExactly("gpu_hours 1.00000000");
    }

    @Test
    void anEventThatBreaksARuleDoesNotUseUpItsId() {
        String tenant = tenant();
        String id = unique("e");
        assertThat(verdicts(usage(
                        "[" + event(id, tenant, "gpu_hours", "-1") + "," + event(id, tenant, "gpu_hours", "1") + "]")))
                .containsExactly("REJECTED NEGATIVE_QUANTITY", "ACCEPTED");
    }

    @ParameterizedTest(name = "{0}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "no such resource      | \"resource_type\": \"gold\"                   | UNKNOWN_RESOURCE",
                "wrong unit            | \"unit\": \"call\"                            | UNIT_MISMATCH",
                "right unit            | \"unit\": \"gpu_hour\"                        | ",
                "negative              | \"quantity\": -0.00000001                     | NEGATIVE_QUANTITY",
                "negative zero         | \"quantity\": -0.0                            | ",
                "eight decimals        | \"quantity\": 0.00000001                      | ",
                "nine decimals         | \"quantity\": 0.000000001                     | SCALE_TOO_FINE",
                "zeros add no scale    | \"quantity\": 0.5000000000000                 | ",
                "twelve digits         | \"quantity\": 999999999999.99999999           | ",
                "thirteen digits       | \"quantity\": 1000000000000                   | OUT_OF_RANGE",
                "huge                  | \"quantity\": 1e400                           | OUT_OF_RANGE",
                "huger                 | \"quantity\": 1e1000000000                    | OUT_OF_RANGE",
                "tiny                  | \"quantity\": 1e-1000000000                   | SCALE_TOO_FINE",
                "nothing times huge    | \"quantity\": 0e1000000000                    | ",
                "beyond any exponent   | \"quantity\": 1e99999999999                   | BAD_FIELD",
                "not a number          | \"quantity\": NaN                             | BAD_FIELD",
                "infinite              | \"quantity\": -Infinity                       | BAD_FIELD",
                "a number as text      | \"quantity\": \"1.5\"                         | ",
                "text                  | \"quantity\": \"much\"                        | BAD_FIELD",
                "other digits          | \"quantity\": \"١٢\"                          | BAD_FIELD",
                "a list                | \"quantity\": [1, [2]]                        | BAD_FIELD",
                "an object             | \"quantity\": {\"a\": {\"b\": 1}}             | BAD_FIELD",
                "nothing               | \"quantity\": null                            | MISSING_FIELD",
                "negative price        | \"unit_price\": -1                            | NEGATIVE_PRICE",
                "free                  | \"unit_price\": 0                             | ",
                "fine price            | \"unit_price\": 0.123456789                   | SCALE_TOO_FINE",
                "huge price            | \"unit_price\": 1e1000000000                  | OUT_OF_RANGE",
                "other currency        | \"currency\": \"EUR\"                         | CURRENCY_MISMATCH",
                "own currency          | \"currency\": \"USD\"                         | ",
                "right total           | \"unit_price\": 0.3, \"total_amount\": 0.3    | ",
                "rounded total         | \"quantity\": 1.5, \"unit_price\": 0.33333333, \"total_amount\": 0.5 | ",
                "floating total        | \"quantity\": 3, \"unit_price\": 0.1, \"total_amount\": 0.30000000000000004 | ",
                "nearly right total    | \"unit_price\": 0.3, \"total_amount\": 0.31   | AMOUNT_MISMATCH",
                "wrong total           | \"unit_price\": 0.3, \"total_amount\": 0.4    | AMOUNT_MISMATCH",
                "huge total            | \"total_amount\": 1e1000000000                | OUT_OF_RANGE",
                "price from the total  | \"quantity\": 4, \"total_amount\": 1          | ",
                "no price in the total | \"quantity\": 3, \"total_amount\": 1          | AMOUNT_MISMATCH",
                "five minutes ahead    | \"occurred_at\": \"2026-04-22T12:05:00Z\"     | ",
                "more than that        | \"occurred_at\": \"2026-04-22T12:05:00.001Z\" | IN_FUTURE",
                "four hundred days old | \"occurred_at\": \"2025-03-18T12:00:00Z\"     | ",
                "older                 | \"occurred_at\": \"2025-03-18T11:59:59Z\"     | TOO_OLD",
                "with an offset        | \"occurred_at\": \"2026-04-22T12:30:00+02:00\"| ",
                "without zone          | \"occurred_at\": \"2026-04-22T12:30:00\"      | BAD_FIELD",
                "no such day           | \"occurred_at\": \"2026-02-30T00:00:00Z\"     | BAD_FIELD",
                "the year 999999999    | \"occurred_at\": \"+999999999-01-01T00:00:00Z\" | BAD_FIELD",
                "seconds since 1970    | \"occurred_at\": 1776850000                   | BAD_FIELD",
                "backwards             | \"period_start\": \"2026-04-22T10:00:00Z\", \"period_end\": \"2026-04-22T09:59:59Z\" | END_BEFORE_START",
                "period ahead          | \"period_start\": \"2026-04-22T10:00:00Z\", \"period_end\": \"2026-04-22T13:00:00Z\" | IN_FUTURE",
                "an hour on one GPU    | \"period_start\": \"2026-04-22T09:00:00Z\", \"period_end\": \"2026-04-22T10:00:00Z\" | ",
                "more than there is    | \"period_start\": \"2026-04-22T09:00:00Z\", \"period_end\": \"2026-04-22T09:59:59Z\" | QUANTITY_EXCEEDS_WALL_CLOCK",
                "on eight GPUs         | \"period_start\": \"2026-04-22T09:00:00Z\", \"period_end\": \"2026-04-22T10:00:00Z\", \"quantity\": 8, \"metadata\": {\"gpu_count\": 8} | ",
                "a ninth hour on eight | \"period_start\": \"2026-04-22T09:00:00Z\", \"period_end\": \"2026-04-22T10:00:00Z\", \"quantity\": 9, \"gpu_count\": 8 | QUANTITY_EXCEEDS_WALL_CLOCK",
                "twice                 | \"job_id\": \"a\", \"job_id\": \"b\"          | BAD_FIELD",
                "a NUL                 | \"job_id\": \"a\\u0000b\"                     | BAD_FIELD",
                "half a pair           | \"job_id\": \"\\ud800\"                       | BAD_FIELD",
                "a whole pair          | \"job_id\": \"\\ud83d\\ude00\"                | ",
                "empty text            | \"job_id\": \"\"                              | BAD_FIELD",
                "negative attempt      | \"attempt\": -1                               | BAD_FIELD",
                "half an attempt       | \"attempt\": 1.5                              | BAD_FIELD",
                "a NUL in metadata     | \"metadata\": {\"a\": [\"\\u0000\"]}          | BAD_FIELD",
                "huge in metadata      | \"metadata\": {\"a\": 1e1000000000}           | BAD_FIELD",
                "metadata of a list    | \"metadata\": []                              | BAD_FIELD",
                "fields behind a fault | \"metadata\": {\"a\": {\"b\": \"\\u0000\", \"c\": [1]}, \"d\": 1}, \"job_id\": \"j\" | BAD_FIELD",
                "reverses nothing      | \"reverses\": \"e-none\", \"quantity\": -1    | UNKNOWN_REVERSED_EVENT",
                "an outcome            | \"outcome\": \"provider_fault\"               | ",
                "a good outcome        | \"outcome\": \"completed\"                    | ",
                "no known outcome      | \"outcome\": \"exploded\"                     | UNKNOWN_OUTCOME",
                "outcome in capitals   | \"outcome\": \"PREEMPTED\"                    | UNKNOWN_OUTCOME",
                "outcome of a number   | \"outcome\": 1                                | BAD_FIELD",
                "a model               | \"gpu_model\": \"H100\"                       | ",
                "no model              | \"gpu_model\": \"\"                           | BAD_FIELD",
                "storage in gb         | \"resource_type\": \"storage_gb\", \"unit\": \"gb\"       | ",
                "storage in gb-months  | \"resource_type\": \"storage_gb\", \"unit\": \"gb_month\" | ",
                "storage in hours      | \"resource_type\": \"storage_gb\", \"unit\": \"hour\"     | UNIT_MISMATCH",
                "unknown field         | \"colour\": {\"a\": [1, {\"b\": 2}]}          | ",
            })
    void eachRuleHasItsCode(String what, String fields, String code) {
        String tenant = tenant();
        String later = fields.contains("\"quantity\"") ? "" : ", \"quantity\": 1";
        later += fields.contains("\"occurred_at\"") ? "" : ", \"occurred_at\": \"2026-04-22T10:30:00Z\"";
        later += fields.contains("\"resource_type\"") ? "" : ", \"resource_type\": \"gpu_hours\"";
        String event =
                "{\"event_id\": \"%s\", \"tenant_id\": \"%s\", %s%s}".formatted(unique("e"), tenant, fields, later);
        String expected = code == null ? "ACCEPTED" : "REJECTED " + code;
        assertThat(verdicts(usage("[" + event + "]"))).containsExactly(expected);
        assertThat(ledgerOf(tenant)).hasSize(code == null ? 1 : 0);
        assertThat(quarantineOf(tenant)).hasSize(code == null ? 0 : 1);
    }

    @Test
    void usageOfUnknownAndClosedTenantsWaitsInQuarantine() {
        String closed = tenant();
        send(OPERATOR, "DELETE", "/api/tenants/" + closed, null, "");
        String suspended = tenant();
        send(OPERATOR, "PATCH", "/api/tenants/" + suspended, "{\"status\": \"suspended\"}", "application/json");
        assertThat(verdicts(usage("[" + event(unique("e"), "nobody", "gpu_hours", "1") + ","
                        + event(unique("e"), closed, "gpu_hours", "1") + ","
                        + event(unique("e"), suspended, "gpu_hours", "1") + "]")))
                .containsExactly("REJECTED UNKNOWN_TENANT", "REJECTED TENANT_CLOSED", "ACCEPTED");
    }

    @Test
    void theWordsOfTheFirstHubsAreTaken() {
        String tenant = tenant();
        String event = """
                {"event_id": "%s", "tenant_id": "%s", "event_type": "gpu_hours", "quantity": 2, "total_amount": 1.0,
                 "currency": "USD", "timestamp": "2026-04-22T11:00:00Z"}""".formatted(unique("e"), tenant);
        assertThat(verdicts(usage(event))).containsExactly("ACCEPTED");
        assertThat(jdbc.sql("SELECT unit_price = 0.5 AND occurred_at = '2026-04-22T11:00:00Z' FROM usage_ledger"
                                + " WHERE tenant_id = :t")
                        .param("t", tenant)
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void aBrokenLineIsItsOwnFaultOnly() {
        String tenant = tenant();
        String lines =
                event(unique("e"), tenant, "gpu_hours", "1") + "\n\n{\"event_id\": \"broken\n[1]\n17\n{} {}\n\u0000\r\n"
                        + event(unique("e"), tenant, "gpu_hours", "2") + "\r\n";
        Answer answer = send(SERVICE, "POST", "/api/billing/usage", lines, "application/x-ndjson");
        assertThat(verdicts(answer))
                .containsExactly(
                        "ACCEPTED",
                        "REJECTED MALFORMED",
                        "REJECTED MALFORMED",
                        "REJECTED MALFORMED",
                        "REJECTED MALFORMED",
                        "REJECTED MALFORMED",
                        "ACCEPTED");
    }

    @Test
    void inAnArrayWhatIsNoEventIsRejectedAndTheRestGoesThrough() {
        String tenant = tenant();
        assertThat(verdicts(usage("[null, [1, [2]], \"x\", " + event(unique("e"), tenant, "gpu_hours", "1") + ", {}]")))
                .containsExactly(
                        "REJECTED MALFORMED",
                        "REJECTED MALFORMED",
                        "REJECTED MALFORMED",
                        "ACCEPTED",
                        "REJECTED MISSING_FIELD");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "{", "[{}", "[{},]", "17", "\"text\"", "null", "{} {}", "[] []", "\uFEFF", "[1,\u0001]"
            })
    void anEnvelopeThatIsNotJsonIs400(String body) {
        assertThat(usage(body).status()).isEqualTo(400);
    }

    @Test
    void nothingOfATooLargeRequestIsStored() {
        String tenant = tenant();
        Answer answer = usage(batch(tenant, EventReader.MOST_EVENTS + 1));
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.problem()).isEqualTo("too-many-events");
        assertThat(ledgerOf(tenant)).isEmpty();
        String long64 = "x".repeat(11 << 20);
        assertThat(usage("[\"" + long64 + "\"]").status()).isEqualTo(413);
    }

    @Test
    void tenThousandEventsGoInAtOnceAndAgain() {
        String tenant = tenant();
        String batch = batch(tenant, EventReader.MOST_EVENTS);
        assertThat(usage(batch).body().path("accepted").asInt()).isEqualTo(EventReader.MOST_EVENTS);
        assertThat(usage(batch).body().path("duplicates").asInt()).isEqualTo(EventReader.MOST_EVENTS);
        assertThat(ledgerOf(tenant)).hasSize(EventReader.MOST_EVENTS);
    }

    @Test
    void anEventWithoutIdIsKnownByTheIdempotencyKey() {
        String tenant = tenant();
        String event = event("x", tenant, "gpu_hours", "1").replace("\"event_id\": \"x\", ", "");
        assertThat(usage(event).status()).isEqualTo(422);
        assertThat(verdicts(usage("[" + event + "]"))).containsExactly("REJECTED NO_EVENT_ID");
        String key = unique("key");
        assertThat(verdicts(keyed(event, key))).containsExactly("ACCEPTED");
        assertThat(verdicts(keyed(event, key))).containsExactly("DUPLICATE");
        assertThat(verdicts(keyed("[" + event + "," + event + "]", key))).containsExactly("ACCEPTED", "ACCEPTED");
        assertThat(verdicts(keyed("[" + event + "," + event + "]", key))).containsExactly("DUPLICATE", "DUPLICATE");
        assertThat(keyed(event, "k".repeat(101)).status()).isEqualTo(422);
    }

    @Test
    void anEventIsTakenBackAsAWholeAndOnce() {
        String tenant = tenant();
        String id = unique("e");
        usage(event(id, tenant, "gpu_hours", "3", ", \"unit_price\": 0.7"));
        String back = event(unique("e"), tenant, "gpu_hours", "-3", ", \"reverses\": \"" + id + "\"");
        String again = event(unique("e"), tenant, "gpu_hours", "-3", ", \"reverses\": \"" + id + "\"");
        String part = event(unique("e"), tenant, "gpu_hours", "-1", ", \"reverses\": \"" + id + "\"");
        assertThat(verdicts(usage(part))).containsExactly("REJECTED REVERSAL_MISMATCH");
        assertThat(verdicts(usage(back))).containsExactly("ACCEPTED");
        assertThat(verdicts(usage(back))).containsExactly("DUPLICATE");
        assertThat(verdicts(usage(again))).containsExactly("REJECTED ALREADY_REVERSED");
        assertThat(jdbc.sql("SELECT sum(quantity * unit_price) = 0 FROM usage_ledger WHERE tenant_id = :t")
                        .param("t", tenant)
                        .query(Boolean.class)
                        .single())
                .isTrue();
        String other = tenant();
        String foreign = event(unique("e"), other, "gpu_hours", "-3", ", \"reverses\": \"" + id + "\"");
        assertThat(verdicts(usage(foreign))).containsExactly("REJECTED UNKNOWN_REVERSED_EVENT");
    }

    @Test
    void whoeverElseNamesItInTheSameBatchTakesNothingBack() {
        String tenant = tenant();
        String other = tenant();
        String id = unique("e");
        usage(event(id, tenant, "gpu_hours", "3"));
        String own = event(unique("e"), tenant, "gpu_hours", "-3", ", \"reverses\": \"" + id + "\"");
        String part = event(unique("e"), tenant, "gpu_hours", "-1", ", \"reverses\": \"" + id + "\"");
        String foreign = event(unique("e"), other, "gpu_hours", "-3", ", \"reverses\": \"" + id + "\"");
        assertThat(verdicts(usage("[" + foreign + "," + part + "]")))
                .containsExactly("REJECTED UNKNOWN_REVERSED_EVENT", "REJECTED REVERSAL_MISMATCH");
        assertThat(verdicts(usage("[" + foreign + "," + own + "]")))
                .containsExactly("REJECTED UNKNOWN_REVERSED_EVENT", "ACCEPTED");
    }

    @Test
    void anEventMayBeTakenBackInTheBatchThatBringsIt() {
        String tenant = tenant();
        String id = unique("e");
        String back = event(unique("e"), tenant, "gpu_hours", "null", ", \"reverses\": \"" + id + "\"");
        String rest = event(unique("e"), tenant, "gpu_hours", "2");
        assertThat(verdicts(usage("[" + back + "," + event(id, tenant, "gpu_hours", "3") + "," + rest + "]")))
                .containsExactly("ACCEPTED", "ACCEPTED", "ACCEPTED");
        assertThat(jdbc.sql("SELECT sum(quantity) FROM usage_ledger WHERE tenant_id = :t")
                        .param("t", tenant)
                        .query(java.math.BigDecimal.class)
                        .single())
                .isEqualByComparingTo("2");
    }

    @Test
    void ofTwoReversalsInABatchTheFirstCountsAndTheOthersIdIsFree() {
        String tenant = tenant();
        String id = unique("e");
        String other = unique("e");
        usage(event(id, tenant, "gpu_hours", "3"));
        String first = event(unique("e"), tenant, "gpu_hours", "-3", ", \"reverses\": \"" + id + "\"");
        String second = event(other, tenant, "gpu_hours", "-3", ", \"reverses\": \"" + id + "\"");
        assertThat(verdicts(usage("[" + first + "," + second + "," + second + "]")))
                .containsExactly("ACCEPTED", "REJECTED ALREADY_REVERSED", "REJECTED ALREADY_REVERSED");
        assertThat(verdicts(usage(event(other, tenant, "gpu_hours", "1")))).containsExactly("ACCEPTED");
    }

    @Test
    void theLedgerRefusesToBeChanged() {
        String tenant = tenant();
        usage(event(unique("e"), tenant, "gpu_hours", "1"));
        for (String change : List.of("UPDATE usage_ledger SET quantity = 0", "DELETE FROM usage_ledger")) {
            assertThatThrownBy(() -> jdbc.sql(change + " WHERE tenant_id = :t")
                            .param("t", tenant)
                            .update())
                    .hasMessageContaining("append-only");
        }
        assertThatThrownBy(() -> jdbc.sql("TRUNCATE usage_ledger").update()).hasMessageContaining("append-only");
    }

    @Test
    void onlyServicesBringUsage() {
        assertThat(post(OPERATOR, "/api/billing/usage", "[]").status()).isEqualTo(403);
        assertThat(post(VIEWER, "/api/billing/usage", "[]").status()).isEqualTo(403);
        assertThat(post("", "/api/billing/usage", "[]").status()).isEqualTo(401);
        assertThat(post(keyOf(tenant()), "/api/billing/usage", "[]").status()).isEqualTo(403);
        assertThat(usage("[]").body().path("results").size()).isZero();
        assertThat(send(SERVICE, "POST", "/api/billing/usage", "[]", "text/plain")
                        .status())
                .isEqualTo(415);
    }

    @Test
    void conflictsAndVerdictsAreCounted() {
        String tenant = tenant();
        String id = unique("e");
        String before = metrics();
        usage(event(id, tenant, "gpu_hours", "1"));
        usage(event(id, tenant, "gpu_hours", "2"));
        assertThat(metrics()).isNotEqualTo(before).contains("coordinator_usage_events_total{verdict=\"ACCEPTED\"}");
        assertThat(metrics()).containsPattern("coordinator_usage_conflicts_total [1-9]");
    }

    private String metrics() {
        return send(VIEWER, "GET", "/actuator/prometheus", null, "")
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith("coordinator_usage"))
                .collect(Collectors.joining("\n"));
    }

    private Answer keyed(String body, String key) {
        return send(SERVICE, "POST", "/api/billing/usage", body, "application/json", "Idempotency-Key", key);
    }

    private static String batch(String tenant, int size) {
        return IntStream.range(0, size)
                .mapToObj(i -> event(unique("b"), tenant, "gpu_hours", "0.25", ", \"job_id\": \"job-" + i + "\""))
                .collect(Collectors.joining(",", "[", "]"));
    }

    static List<String> verdicts(Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        List<String> verdicts = new ArrayList<>();
        for (JsonNode result : answer.body().path("results")) {
            String code = result.path("code").asText("");
            verdicts.add(result.path("verdict").asText() + (code.isEmpty() ? "" : " " + code));
        }
        return verdicts;
    }

    private List<String> ledgerOf(String tenant) {
        return jdbc.sql("SELECT resource_type || ' ' || quantity FROM usage_ledger WHERE tenant_id = :t"
                        + " ORDER BY occurred_at, key")
                .param("t", tenant)
                .query(String.class)
                .list();
    }

    private List<String> quarantineOf(String tenant) {
        return jdbc.sql("SELECT verdict || ' ' || code || ' x' || times FROM usage_quarantine WHERE tenant_id = :t"
                        + " ORDER BY quarantine_id")
                .param("t", tenant)
                .query(String.class)
                .list();
    }
}

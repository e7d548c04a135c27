package io.aitbc.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes in, the fault is the sender's: no answer begins with 5, and none shows our inside. */
class HostileInputTest extends RunningCoordinator {

    private static final List<String> NASTY = List.of(
            "",
            " ",
            "\u0000",
            "a\u0000b",
            "null",
            "-1",
            "0",
            "1e400",
            "NaN",
            "99999999999999999999",
            "'; DROP TABLE tenants;--",
            "<script>alert(1)</script>",
            "${jndi:ldap://x/a}",
            "%s%n",
            "../../etc/passwd",
            "\r\nX-Injected: 1",
            "\uD83D\uDE00",
            "\u202Etxt",
            "a".repeat(5_000),
            "2026-13-45T99:99:99Z",
            "+999999999-12-31T23:59:59.999999999Z",
            "-999999999-01-01T00:00:00Z",
            "YQ",
            "////",
            "true",
            "[]",
            "{}");

    private static final List<String> READS = List.of(
            "/api/tenants?cursor=*&limit=*",
            "/api/tenants/*",
            "/api/tenants/*/keys",
            "/api/tenants/*/quotas",
            "/api/tenants/*/credits",
            "/api/tenants/x/credits?cursor=*",
            "/api/tenants/x/credits?limit=*",
            "/api/billing/usage?tenant_id=*",
            "/api/billing/usage?resource_type=*&job_id=*",
            "/api/billing/usage?miner_id=*&source=*",
            "/api/billing/usage?from=*&to=*",
            "/api/billing/usage?hours=*",
            "/api/billing/usage?cursor=*",
            "/api/billing/usage?limit=*",
            "/api/billing/metrics?tenant_id=*&hours=*",
            "/api/billing/usage/digest?from=*&to=*",
            "/api/billing/usage/digest?from=2026-04-01T00:00:00Z&to=2026-05-01T00:00:00Z&group=*&source=*",
            "/api/billing/usage/quarantine?code=*",
            "/api/billing/usage/quarantine?tenant_id=*",
            "/api/billing/usage/quarantine?cursor=*",
            "/api/price-plans/*",
            "/api/price-plans/default?currency=*",
            "/api/billing/invoices?tenant_id=*",
            "/api/billing/invoices?cursor=*",
            "/api/billing/invoices/*",
            "/api/billing/sla-episodes?miner_id=*",
            "/api/billing/sla-episodes?from=*",
            "/api/billing/sla-episodes?to=*&limit=*",
            "/api/billing/sla-episodes?status=*",
            "/api/billing/sla-episodes?cursor=*",
            "/api/billing/invoices/*/document",
            "/api/billing/invoices/*/lines/*/events?cursor=*",
            "/api/billing/invoices?kind=*&status=*",
            "/api/payouts?miner_id=*&period=2026-03",
            "/api/payouts?miner_id=m&period=*",
            "/api/billing/invoices/*.csv",
            "/api/billing/invoices/*.focus.csv",
            "/api/billing/invoices/*.pdf",
            "/api/billing/runs/*",
            "/api/capacity/forecast?hours_ahead=*",
            "/api/capacity/forecast?pool_id=*",
            "/api/capacity/forecast?gpu_class=*",
            "/api/capacity/recommendations?pool_id=*",
            "/v1/audit?action=*&subject=*&caller=*",
            "/v1/audit?from=*&to=*",
            "/v1/audit?cursor=*&limit=*",
            "/v1/jobs?tenant_id=*",
            "/v1/jobs?state=*&limit=*",
            "/v1/jobs?cursor=*",
            "/v1/jobs/*",
            "/api/notifications/routes/*",
            "/api/notifications/deliveries?state=*&limit=*",
            "/api/notifications/deliveries?route=*",
            "/api/notifications/deliveries?cursor=*",
            "/api/notifications/deliveries/*");

    private static final List<String> WRITES = List.of(
            "/api/tenants",
            "/api/billing/invoice",
            "/api/billing/runs",
            "/api/billing/watermarks",
            "/api/billing/sla-episodes",
            "/api/billing/usage/quarantine/replay",
            "/api/billing/usage/quarantine/00000000-0000-0000-0000-000000000001/dismiss",
            "/api/price-plans/nasty/versions",
            "/api/price-plans/simulate",
            "/api/price-plans/nasty/versions/2026-01-01T00:00:00Z/rates?currency=USD",
            "/api/resource-types",
            "/api/billing/invoices/00000000-0000-0000-0000-000000000001/finalize",
            "/api/billing/invoices/00000000-0000-0000-0000-000000000001/pay",
            "/api/billing/invoices/00000000-0000-0000-0000-000000000001/void",
            "/api/billing/invoices/00000000-0000-0000-0000-000000000001/credit-notes",
            "/api/notifications",
            "/api/alerts/alertmanager",
            "/api/jobs/events",
            "/v1/jobs",
            "/v1/jobs/none/cancel");

    private static final List<String> FIELDS = List.of(
            "tenant_id",
            "name",
            "currency",
            "timezone",
            "billing_email",
            "price_plan",
            "credit_limit",
            "status",
            "period_start",
            "month",
            "finalize",
            "period_end",
            "source",
            "complete_through",
            "count",
            "sums",
            "ids",
            "code",
            "cursor",
            "limit",
            "event_id",
            "resource_type",
            "quantity",
            "unit_price",
            "occurred_at",
            "metadata",
            "reverses",
            "gpu_model",
            "outcome",
            "unit",
            "sent_unit",
            "wall_clock",
            "hours_per_unit",
            "valid_from",
            "minimum_commitment",
            "rates",
            "waived_outcomes",
            "sla_credits",
            "version",
            "plan",
            "tenant_ids",
            "attempt",
            "gpu_count",
            "period",
            "mode",
            "amount",
            "kind",
            "reason",
            "episodes");

    static Stream<String> reads() {
        return READS.stream();
    }

    static Stream<String> fields() {
        return FIELDS.stream();
    }

    @ParameterizedTest
    @MethodSource("reads")
    void noParameterBreaksARead(String path) {
        for (String value : NASTY) {
            String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
            check(get(OPERATOR, path.replace("*", encoded)), path + " with " + value);
        }
    }

    @ParameterizedTest
    @MethodSource("fields")
    void noFieldBreaksAWrite(String field) {
        String tenant = tenant();
        int turn = FIELDS.indexOf(field);
        List<String> texts = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (String value : NASTY) {
            String text = json.valueToTree(value).toString();
            String body = "{\"%s\": %s}".formatted(field, text);
            // Each value goes to a third of them; every field gets to each, and FuzzIT tries those that each describes.
            for (int i = turn++ % 3; i < WRITES.size(); i += 3) {
                check(post(OPERATOR, WRITES.get(i), body), WRITES.get(i) + " with " + body);
            }
            check(send(OPERATOR, "PATCH", "/api/tenants/" + tenant, body, "application/json"), "PATCH with " + body);
            checkAccount(tenant, field, text);
            lines.add(event(tenant, field, text));
            lines.add(event(tenant, field, value.isBlank() ? "[[]]" : value));
            texts.add(event(tenant, field, text));
        }
        check(usage(texts.toString()), "an array of nasty " + field);
        check(
                send(SERVICE, "POST", "/api/billing/usage", String.join("\n", lines), "application/x-ndjson"),
                "lines of nasty " + field);
    }

    private void checkAccount(String tenant, String field, String written) {
        Map<String, String> fields = new LinkedHashMap<>(Map.of(
                "limit",
                "5",
                "period",
                "\"day\"",
                "mode",
                "\"soft\"",
                "amount",
                "1",
                "kind",
                "\"top_up\"",
                "reason",
                "\"r\""));
        if (fields.put(field, written) == null) {
            return; // Not one of theirs.
        }
        String body = fields.entrySet().stream()
                .map(each -> "\"%s\": %s".formatted(each.getKey(), each.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
        String account = "/api/tenants/" + tenant;
        check(send(OPERATOR, "PUT", account + "/quotas/gpu_hours", body, "application/json"), "PUT with " + body);
        check(
                send(OPERATOR, "POST", account + "/credits", body, "application/json", "Idempotency-Key", unique("k")),
                "POST with " + body);
    }

    private static String event(String tenant, String field, String written) {
        String rest = event(unique("e"), tenant, "gpu_hours", "1").substring(1);
        return "{\"" + field + "\": " + written + ", " + rest;
    }

    @Test
    void noPathOrKeyBreaksAnAccount() {
        String tenant = tenant();
        for (String value : NASTY) {
            String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
            String quota = "{\"limit\": 1, \"period\": \"day\", \"mode\": \"hard\"}";
            for (String path : List.of(
                    "/api/tenants/" + tenant + "/quotas/" + encoded, "/api/tenants/" + encoded + "/quotas/gpu_hours")) {
                check(send(OPERATOR, "PUT", path, quota, "application/json"), "PUT " + path);
                check(send(OPERATOR, "DELETE", path, null, ""), "DELETE " + path);
            }
            String credit = "{\"amount\": 1, \"kind\": \"top_up\", \"reason\": \"r\"}";
            check(
                    send(
                            OPERATOR,
                            "POST",
                            "/api/tenants/" + encoded + "/credits",
                            credit,
                            "application/json",
                            "Idempotency-Key",
                            "k"),
                    "POST credits of " + value);
            String header = value.replaceAll("[^ -~]", "?");
            check(
                    send(
                            OPERATOR,
                            "POST",
                            "/api/tenants/" + tenant + "/credits",
                            credit,
                            "application/json",
                            "Idempotency-Key",
                            header),
                    "POST credits with key " + header);
        }
    }

    @Test
    void noContentTypeBreaksAWrite() {
        for (String type : List.of(
                "text/plain", "application/xml", "multipart/form-data", "application/json;charset=utf-16", "x")) {
            for (String path : List.of("/api/billing/usage", "/api/billing/invoice", "/api/tenants")) {
                check(send(OPERATOR, "POST", path, "{\"a\": 1}", type), path + " as " + type);
                check(send(SERVICE, "POST", path, "\u0000{\u0000}\u0000", type), path + " as " + type);
            }
        }
    }

    @Test
    void nothingTooDeepOrTooLongBreaksTheIntake() {
        check(usage("[".repeat(100_000)), "deep arrays");
        check(usage("{\"a\":".repeat(100_000)), "deep objects");
        check(usage("[{\"metadata\": " + "[".repeat(5_000) + "]".repeat(5_000) + "}]"), "deep metadata");
        check(usage("[{\"quantity\": " + "9".repeat(1_000_000) + "}]"), "a long number");
        check(usage("[{\"" + "k".repeat(1_000_000) + "\": 1}]"), "a long name");
        check(usage("[{\"job_id\": \"" + "v".repeat(9_000_000) + "\"}]"), "a long text");
        check(usage("{},".repeat(9_999)), "no array");
        check(
                send(SERVICE, "POST", "/api/billing/usage", "\n".repeat(5_000_000), "application/x-ndjson"),
                "empty lines");
    }

    private static void check(Answer answer, String what) {
        assertThat(answer.status()).as(what + ": " + answer.response().body()).isLessThan(500);
        assertThat(answer.response().body()).as(what).doesNotContain("Exception", "at io.aitbc", "org.postgresql");
        assertThat(answer.response().headers().firstValue("X-Injected"))
                .as(what)
                .isEmpty();
    }
}

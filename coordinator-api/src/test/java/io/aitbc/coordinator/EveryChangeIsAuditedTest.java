package io.aitbc.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each call that changes something leaves one entry in the audit log, of who did what to what; no other call leaves any. */
class EveryChangeIsAuditedTest extends ApiScene {

    /** They have bodies, hence they are POSTs; but they change nothing. */
    private static final Set<String> READS = Set.of("POST /api/price-plans/simulate");

    private static final String ACCOUNT = "/api/tenants/{tenantId}";
    private static final String INVOICE = "/api/billing/invoices/{invoiceId}";
    private static final String ROUTE = "/api/notifications/routes/{name}";

    /** What the same call does a second time. */
    private enum Again {
        /** The same again, or a change that leaves everything as it is: it was asked for, and is written down again. */
        CHANGES,
        /** It is known, and nothing is written. */
        IS_KNOWN,
        /** There is nothing left to do. */
        IS_REFUSED
    }

    /** An entry, without its time. */
    private record Entry(
            String action,
            String actor,
            String role,
            String subject,
            @Nullable String request) {}

    private final Map<String, String> names = new TreeMap<>();
    private final Set<String> called = new TreeSet<>();

    @BeforeEach
    void aTenantWithEverything() {
        names.putAll(tenantWithEverything("audited"));
        names.put("new", unique("audited-new"));
    }

    @Test
    void everyCallThatChangesSomethingLeavesOneEntry() {
        accounts();
        prices();
        usageOfTenants();
        jobs();
        invoices();
        poolsAndPayouts();
        notifications();
        changes("tenant.change", "{new}", Again.CHANGES, OPERATOR, "DELETE /api/tenants/{tenantId}", "");

        Set<String> changing = operations().keySet().stream()
                .filter(operation -> !operation.startsWith("GET ") && !READS.contains(operation))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(called)
                .as("operations of the OpenAPI description that change something, and calls of this test")
                .isEqualTo(changing);
    }

    @Test
    void whatOnlyReadsLeavesNone() {
        Map<String, Entry> before = entries();
        Answer answer = post(VIEWER, "/api/price-plans/simulate", filled("""
                {"plan": "{plan}", "version": {"currency": "USD", "rates": [{"resource_type": "gpu_hours", "unit_price": 1}]}}
                """, names));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        Set<String> reads = operations().keySet().stream()
                .filter(operation -> operation.startsWith("GET "))
                .collect(Collectors.toSet());
        for (String read : reads) {
            get(OPERATOR, filled(read.substring(4), names));
        }
        assertThat(entries()).isEqualTo(before);
        assertThat(operations().keySet()).containsAll(READS);
    }

    private void accounts() {
        changes("tenant.create", "{new}", Again.IS_REFUSED, OPERATOR, "POST /api/tenants", """
                {"tenant_id": "{new}", "name": "New", "currency": "USD", "price_plan": "{plan}"}""");
        names.put("tenantId", names.getOrDefault("new", ""));
        changes("tenant.change", "{new}", Again.CHANGES, OPERATOR, "PATCH " + ACCOUNT, "{\"name\": \"Newer\"}");
        changes(
                "tenant.key.issue",
                "{new}",
                Again.CHANGES,
                OPERATOR,
                "POST " + ACCOUNT + "/keys",
                "{\"name\": \"first\"}");
        JsonNode key = made(post(OPERATOR, filled(ACCOUNT + "/keys", names), "{}"));
        names.put("secret", key.path("secret").asText());
        names.put(
                "keyId",
                get(OPERATOR, filled(ACCOUNT + "/keys", names))
                        .body()
                        .path("items")
                        .path(0)
                        .path("key_id")
                        .asText());
        changes("tenant.key.revoke", "{new}", Again.IS_REFUSED, OPERATOR, "DELETE " + ACCOUNT + "/keys/{keyId}", "");
        changes(
                "account.quota.put",
                "{new}",
                Again.CHANGES,
                OPERATOR,
                "PUT " + ACCOUNT + "/quotas/{resourceType}",
                """
                {"limit": 1000, "period": "day", "mode": "hard"}""");
        changes(
                "account.quota.delete",
                "{new}",
                Again.IS_REFUSED,
                OPERATOR,
                "DELETE " + ACCOUNT + "/quotas/{resourceType}",
                "");
        changes("account.credit.top_up", "{new}", Again.IS_KNOWN, OPERATOR, "POST " + ACCOUNT + "/credits", """
                {"amount": 5, "kind": "top_up", "reason": "paid"}""");
    }

    private void prices() {
        names.put("resource", "r_" + names.getOrDefault("new", "").replace('-', '_'));
        changes("resource-type.add", "{resource}", Again.IS_REFUSED, OPERATOR, "POST /api/resource-types", """
                {"name": "{resource}", "unit": "thing"}""");
        changes(
                "price-plan.version.add",
                "{plan}/USD/2099-02-01T00:00:00Z",
                Again.IS_REFUSED,
                OPERATOR,
                "POST /api/price-plans/{plan}/versions",
                version("2099-02-01T00:00:00Z"));
        changes(
                "price-plan.rates.add",
                "{plan}/USD/2099-01-01T00:00:00Z",
                Again.IS_REFUSED,
                OPERATOR,
                "POST /api/price-plans/{plan}/versions/{validFrom}/rates?currency=USD",
                "{\"rates\": [{\"resource_type\": \"storage_gb\", \"unit_price\": 0.07}]}");
        changes(
                "price-plan.version.remove",
                "{plan}/USD/2099-01-01T00:00:00Z",
                Again.IS_REFUSED,
                OPERATOR,
                "DELETE /api/price-plans/{plan}/versions/{validFrom}?currency=USD",
                "");
    }

    private void usageOfTenants() {
        names.put("eventId", unique("audited-event"));
        changes(
                "usage.take",
                "ledger",
                Again.IS_KNOWN,
                SERVICE,
                "POST /api/billing/usage",
                event("{eventId}", "{tenantId}", "gpu_hours", "4").replace("2026-04-22", "2026-03-10"));
        names.put("late", unique("audited-late"));
        usage(event(unique("audited-event"), names.getOrDefault("late", ""), "gpu_hours", "1"));
        made(post(OPERATOR, "/api/tenants", filled("{\"tenant_id\": \"{late}\"}", names)));
        changes(
                "usage.replay",
                "quarantine",
                Again.IS_KNOWN,
                OPERATOR,
                "POST /api/billing/usage/quarantine/replay",
                "{\"tenant_id\": \"{late}\"}");
        changes(
                "usage.quarantine.dismiss",
                "{quarantineId}",
                Again.IS_REFUSED,
                OPERATOR,
                "POST /api/billing/usage/quarantine/{quarantineId}/dismiss",
                "{\"reason\": \"never happened\"}");
        changes("usage.watermark", "{source}", Again.IS_KNOWN, SERVICE, "POST /api/billing/watermarks", """
                {"source": "{source}", "complete_through": "2026-04-22T00:00:00Z", "count": 1, "sums": {"gpu_hours": 4.50}}""");
        changes(
                "usage.watermark.forget",
                "{source}",
                Again.IS_REFUSED,
                OPERATOR,
                "DELETE /api/billing/watermarks?source={source}",
                "");
    }

    private void jobs() {
        String key = names.getOrDefault("secret", "");
        names.put("jobId", unique("audited-job"));
        changes("job.submit", "{jobId}", Again.IS_KNOWN, key, "POST /v1/jobs", """
                {"job_id": "{jobId}", "max_duration_s": 3600}""");
        names.put(
                "poolJobId",
                get(key, filled("/v1/jobs/{jobId}", names))
                        .body()
                        .path("pool_job_id")
                        .asText());
        changes("job.news", "{source}", Again.IS_KNOWN, SERVICE, "POST /api/jobs/events", """
                [{"source": "{source}", "event_id": "%s", "job_id": "{poolJobId}", "revision": 3, "state": "RUNNING",
                  "at": "2026-04-22T11:59:00Z", "attempt": 1, "miner_id": "{minerId}"}]""".formatted(
                        UUID.randomUUID()));
        changes(
                "job.cancel",
                "{jobId}",
                Again.IS_KNOWN,
                key,
                "POST /v1/jobs/{jobId}/cancel",
                "{\"reason\": \"not needed\"}");
    }

    private void invoices() {
        String asked = """
                {"tenant_id": "{tenantId}", "period_start": "2026-03-01", "period_end": "2026-04-01"}""";
        made(post(SERVICE, "/api/billing/invoice", filled(asked, names)));
        names.put(
                "invoiceId",
                get(OPERATOR, filled("/api/billing/invoices?tenant_id={tenantId}", names))
                        .body()
                        .path("items")
                        .path(0)
                        .path("invoice_id")
                        .asText());
        changes("invoice.draft", "{invoiceId}", Again.CHANGES, SERVICE, "POST /api/billing/invoice", asked);
        changes(
                "invoice.void",
                "{invoiceId}",
                Again.IS_REFUSED,
                OPERATOR,
                "POST " + INVOICE + "/void",
                "{\"reason\": \"a test\"}");
        names.put(
                "invoiceId",
                made(post(SERVICE, "/api/billing/invoice", filled(asked, names)))
                        .path("invoice_id")
                        .asText());
        // More than is paid in advance, so that something is left to pay.
        usage(filled(event(unique("audited-event"), "{tenantId}", "gpu_hours", "40"), names)
                .replace("2026-04-22", "2026-03-10"));
        changes(
                "invoice.finalize",
                "{invoiceId}",
                Again.IS_KNOWN,
                OPERATOR,
                "POST " + INVOICE + "/finalize",
                "{\"override_reason\": \"a test\"}");
        changes(
                "invoice.pay",
                "{invoiceId}",
                Again.IS_KNOWN,
                OPERATOR,
                "POST " + INVOICE + "/pay",
                "{\"reference\": \"wire 7\"}");
        changes("invoice.run", "{runId}", Again.CHANGES, OPERATOR, "POST /api/billing/runs", """
                {"month": "2026-03", "finalize": false}""");
        changes("invoice.credit", "{invoiceId}", Again.IS_KNOWN, OPERATOR, "POST " + INVOICE + "/credit-notes", """
                {"reason": "a gift", "amount": 0.5}""");
    }

    private void poolsAndPayouts() {
        changes("payout.terms", "{minerId}", Again.IS_REFUSED, OPERATOR, "PUT /api/payouts/terms/{minerId}", """
                {"share_pct": 70, "valid_from": "2026-05-01T00:00:00Z"}""");
        changes("sla.report", "{source}", Again.IS_KNOWN, SERVICE, "POST /api/billing/sla-episodes", """
                {"source": "{source}", "episodes": [{"episode_id": "%s", "revision": 1, "status": "RESOLVED", "miner_id": "{minerId}",
                  "metric": "uptime_pct", "threshold": 95, "worst": 80, "severity": "critical",
                  "started_at": "2026-04-20T10:00:00Z", "ended_at": "2026-04-21T10:00:00Z"}]}""".formatted(
                        UUID.randomUUID()));
        changes("capacity.take", "{source}", Again.IS_KNOWN, SERVICE, "POST /api/capacity/snapshots", """
                {"pool_id": "{source}", "snapshots": [{"id": "%s", "total_miners": 2, "active_miners": 1,
                  "total_parallel_capacity": 16, "total_queue_length": 0, "capacity_utilization_pct": 50,
                  "timestamp": "2026-04-22T10:00:00Z"}]}""".formatted(
                        UUID.randomUUID()));
    }

    private void notifications() {
        changes("notification.route.put", "{name}", Again.CHANGES, OPERATOR, "PUT " + ROUTE, """
                {"channel": "webhook", "target": "https://localhost/x", "secret": "a-secret-of-16-or-more",
                 "matchers": {"tenant_id": "{tenantId}"}}""");
        changes("notification.accept", "{new}-key", Again.IS_KNOWN, SERVICE, "POST /api/notifications", """
                {"key": "{new}-key", "event": "opened", "severity": "high", "title": "Pool is full", "tenant_id": "{tenantId}"}""");
        changes(
                "notification.alertmanager",
                "{new}-group",
                Again.IS_KNOWN,
                SERVICE,
                "POST /api/alerts/alertmanager",
                """
                {"version": "4", "groupKey": "{new}-group", "alerts": [{"status": "firing", "labels": {"alertname": "PoolFull"},
                  "annotations": {}, "startsAt": "2026-04-22T09:30:00Z", "fingerprint": "{new}"}]}""");
        changes("notification.route.test", "{name}", Again.CHANGES, OPERATOR, "POST " + ROUTE + "/test", "");
        jdbc.sql("UPDATE notification_deliveries SET state = 'DEAD' WHERE delivery_id = :id::uuid")
                .param("id", names.get("deliveryId"))
                .update();
        changes(
                "notification.delivery.retry",
                "{deliveryId}",
                Again.CHANGES,
                OPERATOR,
                "POST /api/notifications/deliveries/{deliveryId}/retry",
                "");
        changes("notification.route.delete", "{name}", Again.IS_REFUSED, OPERATOR, "DELETE " + ROUTE, "");
    }

    /**
     * Makes a call, {@code METHOD path}, and looks at what it, and those like it that must fail, leave in the audit log.
     *
     * @param key of whoever may make it
     */
    private void changes(String action, String subject, Again again, String key, String call, String body) {
        String operation = call.replaceFirst("\\?.*", "");
        called.add(operation);
        Set<String> before = ids();
        for (String other : List.of("", VIEWER, "no-such-key")) {
            assertThat(ask(other, call, body, "x").status()).as(call).isIn(401, 403);
        }
        if (!body.isEmpty()) {
            assertThat(ask(key, call, "{", "x").status())
                    .as("%s with half a body", call)
                    .isIn(400, 422);
        }
        if (call.matches(".*\\{(tenantId|keyId|invoiceId|jobId|deliveryId|quarantineId)}.*")) {
            String unknown = call.replaceAll(
                    "\\{(tenantId|keyId|invoiceId|jobId|deliveryId|quarantineId)}",
                    UUID.randomUUID().toString());
            assertThat(ask(key, unknown, body, "x").status()).as(unknown).isEqualTo(404);
        }
        assertThat(added(before)).as("%s, refused", call).isEmpty();

        String request = unique("request");
        Answer answer = ask(key, call, body, request);
        assertThat(answer.status()).as("%s: %s", call, answer.response().body()).isIn(200, 201, 202, 204);
        assertThat(added(before)).as(call).containsExactly(entry(action, subject, key, request));

        Set<String> once = ids();
        String second = unique("request");
        Answer repeated = ask(key, call, body, second);
        String told = "%s again: %s %s"
                .formatted(call, repeated.status(), repeated.response().body());
        switch (again) {
            case CHANGES -> {
                assertThat(repeated.status()).as(told).isLessThan(300);
                assertThat(added(once)).as(told).containsExactly(entry(action, subject, key, second));
            }
            case IS_KNOWN -> {
                assertThat(repeated.status()).as(told).isLessThan(300);
                assertThat(added(once)).as(told).isEmpty();
            }
            case IS_REFUSED -> {
                assertThat(repeated.status()).as(told).isBetween(400, 499);
                assertThat(added(once)).as(told).isEmpty();
            }
        }
    }

    private Entry entry(String action, String subject, String key, String request) {
        String name =
                key.equals(OPERATOR) ? "operator" : key.equals(SERVICE) ? "service" : "tenant:" + names.get("tenantId");
        String role = name.replaceFirst(":.*", "").toUpperCase(Locale.ROOT);
        return new Entry(action, name, role, filled(subject, names), request);
    }

    private Answer ask(String key, String call, String body, String request) {
        String[] words = filled(call, names).split(" ", 2);
        return send(
                key,
                words[0],
                words[1],
                body.isEmpty() ? null : filled(body, names),
                JSON,
                "X-Request-Id",
                request,
                "Idempotency-Key",
                "key-of-" + call.replaceAll("[^A-Za-z]", ""));
    }

    private Set<String> ids() {
        return entries().keySet();
    }

    /** What came since. */
    private List<Entry> added(Set<String> known) {
        return entries().entrySet().stream()
                .filter(entry -> !known.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    private Map<String, Entry> entries() {
        Map<String, Entry> entries = new LinkedHashMap<>();
        jdbc.sql("SELECT * FROM audit_log ORDER BY id").query(row -> {
            Entry entry = new Entry(
                    row.getString("action"),
                    row.getString("actor"),
                    row.getString("role"),
                    row.getString("subject"),
                    row.getString("request_id"));
            assertThat(row.getString("before") == null && row.getString("after") == null)
                    .as("what was, or what is, in %s", entry)
                    .isFalse();
            entries.put(row.getString("id"), entry);
        });
        return entries;
    }
}

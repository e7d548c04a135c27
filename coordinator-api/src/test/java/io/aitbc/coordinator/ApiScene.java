package io.aitbc.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.client.WireMock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;

/** The coordinator, the list of all it can be asked, and tenants with something of everything. */
abstract class ApiScene extends RunningCoordinator {

    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch", "head", "options");

    @BeforeEach
    void theHubTakesEveryJob() {
        HUB.resetAll();
        HUB.stubFor(
                WireMock.any(WireMock.anyUrl()).willReturn(WireMock.created().withBody("{}")));
    }

    /** What the service's own description lists, by method and path. */
    Map<String, JsonNode> operations() {
        Map<String, JsonNode> operations = new TreeMap<>();
        description()
                .path("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fields().forEachRemaining(operation -> {
                    assertThat(METHODS).contains(operation.getKey());
                    operations.put(
                            operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(), operation.getValue());
                }));
        operations.keySet().removeIf(name -> !name.contains(" /api/") && !name.contains(" /v1/"));
        assertThat(operations).hasSizeGreaterThan(60);
        return operations;
    }

    JsonNode description() {
        Answer answer = get(VIEWER, "/v3/api-docs");
        assertThat(answer.status()).isEqualTo(200);
        return answer.body();
    }

    /** A new tenant that has something of everything that a tenant can have; what it is called, by the words of the API. */
    Map<String, String> tenantWithEverything(String word) {
        String tenant = unique(word);
        String plan = tenant + "-plan";
        String miner = tenant + "-miner";
        String source = tenant + "-pool";
        made(send(OPERATOR, "POST", "/api/price-plans/" + plan + "/versions", version("1970-01-01T00:00:00Z"), JSON));
        made(send(OPERATOR, "POST", "/api/price-plans/" + plan + "/versions", version("2099-01-01T00:00:00Z"), JSON));
        made(post(OPERATOR, "/api/tenants", """
                {"tenant_id": "%s", "name": "%s Ltd", "billing_email": "%s@example.org", "currency": "USD", "price_plan": "%s"}
                """.formatted(tenant, tenant, tenant, plan)));
        JsonNode key = made(post(OPERATOR, "/api/tenants/" + tenant + "/keys", "{\"name\": \"" + tenant + " key\"}"));
        made(send(OPERATOR, "PUT", "/api/tenants/" + tenant + "/quotas/gpu_hours", """
                {"limit": 7777.75, "period": "month", "mode": "soft"}""", JSON));
        made(send(
                OPERATOR,
                "POST",
                "/api/tenants/" + tenant + "/credits",
                """
                {"amount": 1.25, "kind": "top_up", "reason": "%s paid"}""".formatted(tenant),
                JSON,
                "Idempotency-Key",
                "k"));
        String event = unique(tenant + "-event");
        String work = ", \"job_id\": \"%s-work\", \"miner_id\": \"%s\"".formatted(tenant, miner);
        JsonNode taken = usage("["
                        + String.join(
                                        ",",
                                        event(event, tenant, "gpu_hours", "7", work)
                                                .replace("2026-04-22", "2026-03-10"),
                                        event(unique(tenant + "-event"), tenant, "gpu_hours", "3", work),
                                        event(unique(tenant + "-event"), tenant, "no_such_thing", "3", work))
                                .replace("pool-1", source)
                        + "]")
                .body();
        assertThat(taken.path("accepted").asInt()).isEqualTo(2);
        assertThat(taken.path("rejected").asInt()).isEqualTo(1);
        String job = unique(tenant + "-job");
        JsonNode submitted = made(post(OPERATOR, "/v1/jobs", """
                {"tenant_id": "%s", "job_id": "%s", "max_duration_s": 3600}""".formatted(tenant, job)));
        String invoice = made(post(SERVICE, "/api/billing/invoice", """
                {"tenant_id": "%s", "period_start": "2026-03-01", "period_end": "2026-04-01"}""".formatted(tenant)))
                .path("invoice_id")
                .asText();
        JsonNode finalized = made(post(OPERATOR, "/api/billing/invoices/" + invoice + "/finalize", """
                {"override_reason": "a test"}"""));
        String route = tenant + "-route";
        made(send(OPERATOR, "PUT", "/api/notifications/routes/" + route, """
                {"channel": "webhook", "target": "https://localhost/%s", "secret": "a-secret-of-16-or-more",
                 "matchers": {"tenant_id": "%s"}}""".formatted(tenant, tenant), JSON));
        made(post(OPERATOR, "/api/notifications", """
                {"key": "%s-key", "event": "opened", "severity": "high", "title": "Of %s", "tenant_id": "%s"}
                """.formatted(tenant, tenant, tenant)));
        String delivery = get(VIEWER, "/api/notifications/deliveries?route=" + route)
                .body()
                .path("items")
                .path(0)
                .path("delivery_id")
                .asText();
        assertThat(delivery).isNotEmpty();
        Map<String, String> names = new TreeMap<>();
        names.put("tenantId", tenant);
        names.put("secret", key.path("secret").asText());
        names.put("keyId", key.path("key_id").asText());
        names.put("resourceType", "gpu_hours");
        names.put("plan", plan);
        names.put("validFrom", "2099-01-01T00:00:00Z");
        names.put("minerId", miner);
        names.put("source", source);
        names.put("eventId", event);
        names.put("usageJobId", tenant + "-work");
        names.put("jobId", job);
        names.put("poolJobId", submitted.path("pool_job_id").asText());
        names.put("invoiceId", invoice);
        names.put("number", finalized.path("number").asText());
        names.put("line", "1");
        names.put(
                "runId",
                made(post(OPERATOR, "/api/billing/runs", "{\"month\": \"2026-03\", \"finalize\": false}"))
                        .path("run_id")
                        .asText());
        jdbc.sql("""
                INSERT INTO invoice_run_failures (run_id, tenant_id, code, detail, failed_at)
                VALUES (:run::uuid, :tenant, 'no-price', 'There is no price.', now())
                """).param("run", names.get("runId")).param("tenant", tenant).update();
        jdbc.sql("INSERT INTO invoice_looks (tenant_id, ledger_position, looked_at) VALUES (:tenant, 0, now())")
                .param("tenant", tenant)
                .update();
        names.put(
                "quarantineId",
                get(OPERATOR, "/api/billing/usage/quarantine?tenant_id=" + tenant)
                        .body()
                        .path("items")
                        .path(0)
                        .path("quarantine_id")
                        .asText());
        names.put("name", route);
        names.put("deliveryId", delivery);
        assertThat(names.values()).doesNotContain("");
        return names;
    }

    static final String JSON = "application/json";

    /** A price plan's version in dollars. */
    static String version(String from) {
        return """
                {"currency": "USD", "valid_from": "%s", "rates": [{"resource_type": "gpu_hours", "unit_price": 0.5},
                  {"resource_type": "compute_hours", "unit_price": 0.5}, {"resource_type": "api_calls", "unit_price": 0.5}]}
                """.formatted(from);
    }

    /** Text in which each {@code {name}} stands for what is called so. */
    static String filled(String text, Map<String, String> names) {
        String filled = text;
        for (Map.Entry<String, String> name : names.entrySet()) {
            filled = filled.replace("{" + name.getKey() + "}", name.getValue());
        }
        return filled;
    }

    static JsonNode made(Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isIn(200, 201, 202);
        return answer.body();
    }

    /** All tables that have a column, without the parts of partitioned ones. */
    TreeSet<String> tablesWith(String column) {
        return new TreeSet<>(
                jdbc.sql("""
                        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
                            AND a.attname = :column AND NOT a.attisdropped
                        """).param("column", column).query(String.class).list());
    }
}

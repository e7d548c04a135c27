package io.aitbc.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Everything that the API can be asked, asked with one tenant's key about another tenant's things. */
class EveryEndpointTest extends ApiScene {

    /** A call of each operation, which names by {@code {name}} all that could be another tenant's. */
    private static final String CALLS = """
            POST /api/alerts/alertmanager {"version": "4", "groupKey": "{tenantId}", "alerts": [{"status": "resolved", "labels": {"tenant_id": "{tenantId}"}, "startsAt": "2026-04-22T09:30:00Z", "fingerprint": "f"}]}
            POST /api/billing/invoice {"tenant_id": "{tenantId}", "period_start": "2026-04-01", "period_end": "2026-05-01"}
            GET /api/billing/invoices?tenant_id={tenantId}
            GET /api/billing/invoices/{invoiceId}
            GET /api/billing/invoices/{invoiceId}.csv
            GET /api/billing/invoices/{invoiceId}.focus.csv
            GET /api/billing/invoices/{invoiceId}.pdf
            POST /api/billing/invoices/{invoiceId}/credit-notes {"reason": "a gift", "amount": 1}
            GET /api/billing/invoices/{invoiceId}/document
            POST /api/billing/invoices/{invoiceId}/finalize {"override_reason": "a test"}
            GET /api/billing/invoices/{invoiceId}/lines/{line}/events
            POST /api/billing/invoices/{invoiceId}/pay {"reference": "wire"}
            POST /api/billing/invoices/{invoiceId}/void {"reason": "a test"}
            GET /api/billing/metrics?tenant_id={tenantId}&hours=1000
            GET /api/billing/runs
            POST /api/billing/runs {"month": "2026-03"}
            GET /api/billing/runs/{runId}
            GET /api/billing/sla-episodes?miner_id={minerId}
            POST /api/billing/sla-episodes {"source": "{source}", "episodes": [{"miner_id": "{minerId}", "episode_id": "{keyId}"}]}
            GET /api/billing/usage?tenant_id={tenantId}&job_id={usageJobId}&miner_id={minerId}&source={source}
            GET /api/billing/usage?tenant_id={tenantId}
            GET /api/billing/usage?tenant_id={tenantId}&job_id={usageJobId}
            GET /api/billing/usage?tenant_id={tenantId}&job_id={jobId}
            GET /api/billing/usage?tenant_id={tenantId}&job_id={poolJobId}
            GET /api/billing/usage?tenant_id={tenantId}&miner_id={minerId}
            GET /api/billing/usage?tenant_id={tenantId}&source={source}
            POST /api/billing/usage {"event_id": "{eventId}", "source": "{source}", "tenant_id": "{tenantId}", "job_id": "{usageJobId}", "miner_id": "{minerId}", "resource_type": "gpu_hours", "quantity": 1, "occurred_at": "2026-04-22T10:30:00Z"}
            GET /api/billing/usage/digest?tenant_id={tenantId}&source={source}&from=2026-03-01T00:00:00Z&to=2026-05-01T00:00:00Z
            GET /api/billing/usage/quarantine?tenant_id={tenantId}
            POST /api/billing/usage/quarantine/replay {"tenant_id": "{tenantId}"}
            POST /api/billing/usage/quarantine/{quarantineId}/dismiss {"reason": "a test"}
            DELETE /api/billing/watermarks?source={source}
            GET /api/billing/watermarks
            POST /api/billing/watermarks {"source": "{source}", "complete_through": "2026-04-22T00:00:00Z"}
            GET /api/capacity/forecast?pool_id={source}
            GET /api/capacity/recommendations?pool_id={source}
            POST /api/capacity/snapshots {"pool_id": "{source}", "snapshots": []}
            POST /api/jobs/events [{"source": "{source}", "event_id": "{keyId}", "job_id": "{poolJobId}", "revision": 9, "state": "RUNNING", "at": "2026-04-22T11:00:00Z", "attempt": 1}]
            POST /api/notifications {"key": "{tenantId}-key", "event": "resolved", "severity": "high", "title": "x", "tenant_id": "{tenantId}"}
            GET /api/notifications/deliveries?route={name}
            GET /api/notifications/deliveries/{deliveryId}
            POST /api/notifications/deliveries/{deliveryId}/retry
            GET /api/notifications/routes
            DELETE /api/notifications/routes/{name}
            GET /api/notifications/routes/{name}
            PUT /api/notifications/routes/{name} {"channel": "email", "target": "thief@example.org", "matchers": {"tenant_id": "{tenantId}"}}
            POST /api/notifications/routes/{name}/test
            GET /api/payouts?miner_id={minerId}&period=2026-03
            GET /api/payouts/terms
            PUT /api/payouts/terms/{minerId} {"share_pct": 1}
            GET /api/price-plans
            POST /api/price-plans/simulate {"plan": "{plan}", "tenant_ids": ["{tenantId}"], "version": {"currency": "USD", "rates": [{"resource_type": "gpu_hours", "unit_price": 1}]}}
            GET /api/price-plans/{plan}
            POST /api/price-plans/{plan}/versions {"currency": "USD", "valid_from": "2099-02-01T00:00:00Z", "rates": []}
            POST /api/price-plans/{plan}/versions/{validFrom}/rates?currency=USD {"rates": [{"resource_type": "gpu_hours", "unit_price": 1}]}
            DELETE /api/price-plans/{plan}/versions/{validFrom}?currency=USD
            GET /api/resource-types
            POST /api/resource-types {"name": "a_new_one", "unit": "hour"}
            GET /api/tenants
            POST /api/tenants {"tenant_id": "{tenantId}", "price_plan": "{plan}"}
            DELETE /api/tenants/{tenantId}
            GET /api/tenants/{tenantId}
            PATCH /api/tenants/{tenantId} {"name": "Mine", "price_plan": "{plan}"}
            GET /api/tenants/{tenantId}/credits
            POST /api/tenants/{tenantId}/credits {"amount": 1, "kind": "top_up", "reason": "a gift"}
            GET /api/tenants/{tenantId}/keys
            POST /api/tenants/{tenantId}/keys {"name": "mine"}
            DELETE /api/tenants/{tenantId}/keys/{keyId}
            GET /api/tenants/{tenantId}/quotas
            DELETE /api/tenants/{tenantId}/quotas/{resourceType}
            PUT /api/tenants/{tenantId}/quotas/{resourceType} {"limit": 1, "period": "day", "mode": "hard"}
            GET /v1/audit?subject={tenantId}&action=tenant.create&caller=operator
            GET /v1/jobs?tenant_id={tenantId}
            POST /v1/jobs {"tenant_id": "{tenantId}", "job_id": "{jobId}"}
            POST /v1/jobs {"tenant_id": "{tenantId}", "job_id": "{tenantId}-new"}
            GET /v1/jobs/{jobId}?tenant_id={tenantId}
            POST /v1/jobs/{jobId}/cancel?tenant_id={tenantId} {"reason": "a test"}
            """;

    /** Parameters and fields that name nothing of a tenant. */
    private static final Set<String> NAMELESS = Set.of(
            "action",
            "caller",
            "cursor",
            "limit",
            "hours",
            "hours_ahead",
            "from",
            "to",
            "kind",
            "status",
            "state",
            "code",
            "group",
            "period",
            "resource_type",
            "currency",
            "gpu_class");

    /** Fields of bodies that name something of a tenant. */
    private static final Set<String> NAMING =
            Set.of("tenant_id", "tenant_ids", "job_id", "miner_id", "source", "pool_id", "plan", "price_plan");

    /** Open to everybody, and about no tenant. */
    private static final Set<String> OPEN = Set.of("GET /v1/health");

    private Map<String, String> own = Map.of();
    private Map<String, String> theirs = Map.of();
    private Map<String, String> nobodys = Map.of();
    private String key = "";

    /** A prepared call. */
    private record Call(String method, String path, String body) {

        static Call of(String line) {
            String[] words = line.split(" ", 3);
            return new Call(words[0], words[1], words.length == 3 ? words[2] : "");
        }

        String operation() {
            return method + " " + path.replaceFirst("\\?.*", "");
        }

        boolean isRead() {
            return method.equals("GET");
        }

        /** With the tenant named, without, and with the caller's own; all else stays another's. */
        List<Call> variants() {
            List<Call> variants = new ArrayList<>(List.of(this));
            if (path.matches(".*[?&]tenant_id=.*")) {
                variants.add(new Call(method, path.replace("tenant_id={tenantId}", "_"), body));
                variants.add(new Call(method, path.replace("tenant_id={tenantId}", "tenant_id={own}"), body));
            }
            return variants;
        }

        @Override
        public String toString() {
            return method + " " + path + " " + body;
        }
    }

    @BeforeEach
    void twoTenantsWithEverything() {
        own = tenantWithEverything("mine");
        theirs = tenantWithEverything("hush");
        key = own.getOrDefault("secret", "");
        Map<String, String> nothing = new TreeMap<>(theirs);
        nothing.replaceAll((name, value) -> switch (name) {
            case "keyId", "invoiceId", "deliveryId", "poolJobId", "quarantineId", "runId" ->
                UUID.randomUUID().toString();
            case "line", "resourceType", "validFrom" -> value;
            default -> "nobodys-" + name;
        });
        nobodys = nothing;
        for (Map<String, String> names : List.of(own, theirs, nobodys)) {
            names.put("own", own.getOrDefault("tenantId", ""));
        }
    }

    @Test
    void everyOperationHasItsCallHere() {
        Set<String> listed = new TreeSet<>(operations().keySet());
        listed.removeAll(OPEN);
        Set<String> prepared = calls().map(Call::operation).collect(Collectors.toSet());
        assertThat(prepared)
                .as("operations of the OpenAPI description, and calls prepared in this test")
                .isEqualTo(listed);
    }

    @Test
    void eachCallNamesAllThatCouldBeAnothers() {
        List<String> unnamed = new ArrayList<>();
        JsonNode schemas = description().path("components").path("schemas");
        operations().forEach((name, operation) -> {
            List<Call> prepared =
                    calls().filter(call -> call.operation().equals(name)).toList();
            for (JsonNode parameter : operation.path("parameters")) {
                String asked = parameter.path("name").asText();
                if (parameter.path("in").asText().equals("query")
                        && !NAMELESS.contains(asked)
                        && prepared.stream().noneMatch(call -> call.path().matches(".*[?&]" + asked + "=\\{.*"))) {
                    unnamed.add(name + ": parameter " + asked);
                }
            }
            Set<String> fields = new TreeSet<>();
            operation
                    .path("requestBody")
                    .path("content")
                    .forEach(kind -> collect(kind.path("schema"), schemas, fields, 0));
            for (String field : fields) {
                if (NAMING.contains(field)
                        && prepared.stream().noneMatch(call -> call.body().contains("\"" + field + "\": "))) {
                    unnamed.add(name + ": field " + field);
                }
            }
        });
        assertThat(unnamed).isEmpty();
    }

    @Test
    void theirThingsAreThereForWhoMaySeeThem() {
        StringBuilder seen = new StringBuilder();
        calls().filter(Call::isRead).forEach(call -> {
            Answer answer = ask(OPERATOR, call, theirs, JSON_OR_FILE);
            assertThat(answer.status())
                    .as("%s: %s", call, answer.response().body())
                    .isEqualTo(200);
            seen.append(answer.response().body());
        });
        theirs.forEach((name, value) -> {
            if (!name.equals("secret")) {
                assertThat(seen.indexOf(value)).as("%s %s", name, value).isNotNegative();
            }
        });
        for (String table : tablesWith("tenant_id")) {
            assertThat(rowsOf(theirs, table))
                    .as("rows of the tenant in %s: give it some in ApiScene", table)
                    .isNotEqualTo("none");
        }
    }

    @Test
    void anotherTenantsThingsAreToTenantsWhatDoesNotExist() {
        Map<String, String> before = everything();
        HUB.resetRequests();
        Set<Integer> statuses = new TreeSet<>();
        calls().flatMap(call -> call.variants().stream()).forEach(call -> {
            for (String kind : kinds(call)) {
                String what = call + " as " + kind;
                Answer answer = ask(key, call, theirs, kind);
                Answer none = ask(key, call, nobodys, kind);
                String body = answer.response().body();
                statuses.add(answer.status());
                assertThat(answer.status())
                        .as("%s: %s", what, body)
                        .isIn(call.isRead() ? List.of(200, 403, 404) : List.of(403, 404));
                assertThat(hidden(answer, theirs)).as(what).isEqualTo(hidden(none, nobodys));
                if (answer.status() == 200) {
                    assertThat(body).as(what).doesNotContainIgnoringCase("hush").doesNotContain(secrets(theirs));
                }
            }
        });
        assertThat(statuses).as("the key is a good one").containsExactly(200, 403, 404);
        assertThat(everything()).isEqualTo(before);
        assertThat(HUB.getAllServeEvents()).as("what the pool was told").isEmpty();
    }

    @Test
    void aCursorOfTheirsShowsNothingOfTheirs() {
        Set<String> paged = new TreeSet<>();
        operations()
                .forEach((name, operation) -> operation.path("parameters").forEach(parameter -> {
                    if (parameter.path("name").asText().equals("cursor")) {
                        paged.add(name);
                    }
                }));
        Set<String> followed = new TreeSet<>();
        calls().filter(call -> paged.contains(call.operation())).forEach(call -> {
            String path = call.path() + (call.path().contains("?") ? "&" : "?") + "limit=1";
            String next =
                    get(OPERATOR, filled(path, theirs)).body().path("next").asText("");
            if (!next.isEmpty() && !next.equals("null")) {
                followed.add(call.operation());
                for (Call variant : new Call("GET", path + "&cursor=" + next, "").variants()) {
                    Answer answer = ask(key, variant, theirs, JSON);
                    assertThat(answer.status()).as(variant.toString()).isIn(200, 403, 404);
                    if (answer.status() == 200) {
                        assertThat(answer.response().body())
                                .as(variant.toString())
                                .doesNotContain("hush")
                                .doesNotContain(secrets(theirs));
                    }
                }
            }
        });
        assertThat(followed).contains("GET /api/billing/usage", "GET /api/tenants");
    }

    @Test
    void theirNamesAndKeysAreFreeForOwnJobs() {
        Answer answer = send(
                key,
                "POST",
                "/v1/jobs",
                filled("{\"job_id\": \"{jobId}\"}", theirs),
                JSON,
                "Idempotency-Key",
                "k-of-both");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body().path("tenant_id").asText()).isEqualTo(own.get("tenantId"));
        assertThat(answer.response().body()).doesNotContain(theirs.getOrDefault("poolJobId", ""));
        Answer same =
                send(theirs.getOrDefault("secret", ""), "POST", "/v1/jobs", "{}", JSON, "Idempotency-Key", "k-of-both");
        assertThat(same.status()).isEqualTo(201);
        assertThat(same.response().body())
                .doesNotContain(answer.body().path("pool_job_id").asText());
    }

    @Test
    void aTenantThatIsNotActiveIsAnsweredNothing() {
        assertThat(ask(key, Call.of("GET /v1/jobs/{jobId}"), own, JSON).status())
                .isEqualTo(200);
        for (String status : List.of("suspended", "closed")) {
            made(send(
                    OPERATOR,
                    "PATCH",
                    "/api/tenants/" + own.get("tenantId"),
                    "{\"status\": \"" + status + "\"}",
                    JSON));
            Map<String, String> before = everything();
            calls().flatMap(call -> call.variants().stream()).forEach(call -> {
                for (String kind : kinds(call)) {
                    for (Map<String, String> names : List.of(own, theirs)) {
                        Answer answer = ask(key, call, names, kind);
                        String body = answer.response().body();
                        assertThat(answer.status())
                                .as("%s while %s: %s", call, status, body)
                                .isIn(401, 403);
                        assertThat(body.replaceAll("\"instance\":\"[^\"]*\"", ""))
                                .as(call.toString())
                                .doesNotContain(secrets(names));
                    }
                }
            });
            assertThat(everything()).as(status).isEqualTo(before);
        }
    }

    private static final String JSON_OR_FILE = "application/json, text/csv;q=0.9, application/pdf;q=0.9";

    private static java.util.stream.Stream<Call> calls() {
        return CALLS.lines().map(Call::of);
    }

    /** The media types to ask for. */
    private static List<String> kinds(Call call) {
        return call.isRead() ? List.of(JSON_OR_FILE, "text/csv, */*;q=0.1") : List.of(JSON);
    }

    private Answer ask(String by, Call call, Map<String, String> names, String accepted) {
        String body = filled(call.body(), names);
        return send(
                by,
                call.method(),
                filled(call.path(), names),
                body.isEmpty() ? null : body,
                JSON,
                "Accept",
                accepted,
                "X-Request-Id",
                "the-same",
                "Idempotency-Key",
                "a-key");
    }

    /** Status and body, with what was named replaced by how it is called. */
    private static String hidden(Answer answer, Map<String, String> names) {
        String body = answer.response().body();
        List<Map.Entry<String, String>> longestFirst = new ArrayList<>(names.entrySet());
        longestFirst.removeIf(
                name -> Set.of("line", "resourceType", "validFrom", "own").contains(name.getKey()));
        longestFirst.sort(
                (one, other) -> other.getValue().length() - one.getValue().length());
        for (Map.Entry<String, String> name : longestFirst) {
            body = body.replace(name.getValue(), "{" + name.getKey() + "}");
        }
        return answer.status() + " " + body;
    }

    /** What is nobody else's business. */
    private static String[] secrets(Map<String, String> names) {
        return names.entrySet().stream()
                .filter(name -> Set.of(
                                "keyId", "invoiceId", "deliveryId", "poolJobId", "quarantineId", "number", "secret")
                        .contains(name.getKey()))
                .map(Map.Entry::getValue)
                .toArray(String[]::new);
    }

    private static void collect(JsonNode schema, JsonNode schemas, Set<String> fields, int depth) {
        if (depth > 6) {
            return;
        }
        if (schema.has("$ref")) {
            collect(schemas.path(schema.path("$ref").asText().replaceFirst(".*/", "")), schemas, fields, depth + 1);
        }
        collect(schema.path("items"), schemas, fields, schema.has("items") ? depth + 1 : 7);
        schema.path("properties").fields().forEachRemaining(field -> {
            fields.add(field.getKey());
            collect(field.getValue(), schemas, fields, depth + 1);
        });
    }

    /** A digest of everything that is stored, by table and, of tables of tenants, of both of ours. */
    private Map<String, String> everything() {
        Map<String, String> digests = new LinkedHashMap<>(everyTable());
        for (String table : tablesWith("tenant_id")) {
            digests.put("mine in " + table, rowsOf(own, table));
            digests.put("theirs in " + table, rowsOf(theirs, table));
        }
        return digests;
    }

    private String rowsOf(Map<String, String> names, String table) {
        return jdbc.sql("SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), 'none') FROM \"" + table
                        + "\" t WHERE tenant_id = :tenant")
                .param("tenant", names.get("tenantId"))
                .query(String.class)
                .single();
    }
}

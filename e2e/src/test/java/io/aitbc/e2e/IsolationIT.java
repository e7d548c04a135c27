package io.aitbc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.e2e.RoleTable.Operation;
import io.aitbc.e2e.docs.ApiPage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Every endpoint with every role; and what one miner or tenant sees of another. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IsolationIT {

    private static final String MINE = "iso-mine";
    private static final String THEIRS = "iso-theirs";
    private static final String MY_TENANT = "iso-tenant-mine";
    private static final String THEIR_TENANT = "iso-tenant-theirs";

    private final Map<Operation, Set<String>> table = RoleTable.read();
    private final Map<String, Map<String, String>> keys = new LinkedHashMap<>();

    @SuppressWarnings("NullAway.Init")
    private Services services;

    @SuppressWarnings("NullAway.Init")
    private ServiceProcess monitoring;

    private String theirInvoice = "";

    @TempDir
    static Path folder;

    @BeforeAll
    void twoMinersAndTwoTenants() {
        Map<String, String> ofMonitoring =
                Map.of("OPERATOR", "operator-of-monitoring", "VIEWER", "viewer-of-monitoring");
        keys.put("monitoring", ofMonitoring);
        services = Services.onOwnedDatabases(folder, Map.of());
        monitoring = new ServiceProcess(
                "monitoring",
                "MONITORING_PORT",
                folder,
                Map.of(
                        "DATA_DIR",
                        folder.resolve("data").toString(),
                        "DEPLOYMENT_MODE",
                        "production",
                        "MONITORING_OPERATOR_KEY",
                        "operator-of-monitoring",
                        "MONITORING_VIEWER_KEY",
                        "viewer-of-monitoring",
                        "PROMETHEUS_URL",
                        "http://127.0.0.1:1"));
        monitoring.give(services.databaseOf("monitoring"));
        monitoring.start();
        services.start();
        monitoring.awaitReady();
        Map<String, String> hub = new LinkedHashMap<>();
        hub.put("OPERATOR", services.key("POOLHUB_OPERATOR_KEY"));
        hub.put("VIEWER", services.key("POOLHUB_VIEWER_KEY"));
        hub.put("SERVICE", services.key("POOLHUB_SERVICE_KEY"));
        hub.put("ENROLLMENT", services.key("POOLHUB_ENROLLMENT_TOKEN"));
        keys.put("pool-hub", hub);
        for (String miner : new String[] {MINE, THEIRS}) {
            Api enrollment = new Api(services.hub.url(), hub.get("ENROLLMENT"));
            enrollment
                    .post(
                            "/v1/miners/register",
                            "{\"miner_id\":\"%s\",\"api_key\":\"%s\"}".formatted(miner, keyOf(miner)))
                    .expect(201);
            new Api(services.hub.url(), keyOf(miner))
                    .post("/v1/miners/heartbeat", "{\"status\":\"ready\"}")
                    .expect(200);
        }
        hub.put("MINER", keyOf(MINE));
        hubAs("OPERATOR").post("/sla/metrics/collect", "{}").expect(200);

        Map<String, String> coordinator = new LinkedHashMap<>();
        coordinator.put("OPERATOR", services.key("COORDINATOR_OPERATOR_KEY"));
        coordinator.put("VIEWER", services.key("COORDINATOR_VIEWER_KEY"));
        coordinator.put("SERVICE", services.key("COORDINATOR_API_KEY"));
        keys.put("coordinator-api", coordinator);
        Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(2, ChronoUnit.HOURS);
        for (String tenant : new String[] {MY_TENANT, THEIR_TENANT}) {
            Api operator = coordinatorAs("OPERATOR");
            operator.post(
                            "/api/tenants",
                            "{\"tenant_id\":\"%s\",\"name\":\"%s\",\"currency\":\"USD\",\"timezone\":\"UTC\"}"
                                    .formatted(tenant, tenant))
                    .expect(201);
            String key = operator.post("/api/tenants/" + tenant + "/keys", "{\"name\":\"k\"}")
                    .expect(201)
                    .get("secret")
                    .asText();
            coordinator.putIfAbsent("TENANT", key);
            coordinatorAs("SERVICE")
                    .post("/api/billing/usage", """
                            [{"event_id":"%s","tenant_id":"%s","resource_type":"gpu_hours","quantity":1.5,"occurred_at":"%s"}]
                            """.formatted(UUID.randomUUID(), tenant, hour.plusSeconds(60)))
                    .expect(200);
            theirInvoice = operator.post(
                            "/api/billing/invoice",
                            "{\"tenant_id\":\"%s\",\"period_start\":\"%s\",\"period_end\":\"%s\"}"
                                    .formatted(tenant, hour, hour.plus(1, ChronoUnit.HOURS)))
                    .expect(201)
                    .get("invoice_id")
                    .asText();
        }
    }

    @AfterAll
    void stop() {
        monitoring.close();
        services.close();
    }

    @Test
    void theTableHasEveryEndpointAndNoOther() {
        Set<String> described = new TreeSet<>();
        for (ServiceProcess service : all()) {
            JsonNode paths =
                    new Api(service.url(), null).get("/v3/api-docs").expect(200).get("paths");
            paths.fields()
                    .forEachRemaining(path -> path.getValue()
                            .fieldNames()
                            .forEachRemaining(method -> described.add(
                                    new Operation(service.name(), method.toUpperCase(Locale.ROOT), path.getKey())
                                            .toString())));
        }
        Set<String> listed = new TreeSet<>();
        table.keySet().stream()
                .filter(operation -> !operation.path().startsWith("/actuator"))
                .forEach(operation -> listed.add(operation.toString()));
        assertThat(described).isEqualTo(listed);
    }

    @Test
    void thePagesOfTheApiAreWhatTheServicesSay() throws IOException {
        for (ServiceProcess service : all()) {
            ApiPage.check(
                    service.name(),
                    new Api(service.url(), null).get("/v3/api-docs").expect(200));
        }
    }

    @Test
    void everyRoleMayDoWhatItsLineSaysAndNothingElse() {
        List<String> wrong = new ArrayList<>();
        int[] calls = {0};
        table.forEach((operation, roles) -> {
            Map<String, String> holders = new LinkedHashMap<>(keys.getOrDefault(operation.service(), Map.of()));
            holders.put("nobody", "");
            holders.put("stranger", "no-such-key-anywhere");
            holders.forEach((role, key) -> {
                String own = role.equals("MINER") ? MINE : role.equals("TENANT") ? MY_TENANT : "nothing-has-this-id";
                int status = call(operation, operation.at(own), key).status();
                calls[0]++;
                boolean may = roles.contains("OPEN") || roles.contains(role);
                boolean keyless = role.equals("nobody") || role.equals("stranger");
                boolean right =
                        may ? status != 401 && status != 403 && status != 0 : keyless ? status == 401 : status == 403;
                if (!right) {
                    wrong.add(operation + " as " + role + ": " + status);
                }
            });
        });
        System.out.printf("isolation: %d operations, %d calls by role%n", table.size(), calls[0]);
        assertThat(wrong).isEmpty();
    }

    @Test
    void aMinerSeesAndTouchesNothingOfAnother() {
        String before = minerRow(THEIRS);
        List<String> seen = new ArrayList<>();
        table.forEach((operation, roles) -> {
            if (operation.service().equals("pool-hub") && !roles.contains("OPEN")) {
                for (String query : new String[] {"", "?miner_id=" + THEIRS}) {
                    String path = operation.at(THEIRS) + (query.isEmpty() ? "?" : query + "&") + "month=2026-03";
                    Api.Answer answer = call(operation, path, keyOf(MINE));
                    boolean refused = answer.status() == 401 || answer.status() == 403 || answer.status() == 404;
                    if (operation.has("minerId")
                            ? !refused
                            : !refused && answer.body().contains(THEIRS)) {
                        seen.add(operation + query + ": " + answer.status() + " " + answer.body());
                    }
                }
            }
        });
        Api me = new Api(services.hub.url(), keyOf(MINE));
        assertThat(me.post("/v1/miners/heartbeat", "{\"miner_id\":\"" + THEIRS + "\",\"current_jobs\":1}")
                        .status())
                .isEqualTo(403);
        assertThat(me.post(
                                "/v1/miners/register",
                                "{\"miner_id\":\"%s\",\"api_key\":\"another-key-long-enough\"}".formatted(THEIRS))
                        .status())
                .isIn(401, 403);
        assertThat(seen).isEmpty();
        assertThat(minerRow(THEIRS)).isEqualTo(before);
    }

    @Test
    void aTenantSeesNothingOfAnother() {
        List<String> seen = new ArrayList<>();
        String me = key("coordinator-api", "TENANT");
        int answered = 0;
        for (Map.Entry<Operation, Set<String>> line : table.entrySet()) {
            Operation operation = line.getKey();
            if (!operation.service().equals("coordinator-api")
                    || line.getValue().contains("OPEN")) {
                continue;
            }
            for (String id : new String[] {THEIR_TENANT, theirInvoice}) {
                for (String query : new String[] {"", "?tenant_id=" + THEIR_TENANT}) {
                    Api.Answer answer = call(operation, operation.at(id) + query, me);
                    if (answer.status() == 200) {
                        answered++;
                        if (answer.body().contains(THEIR_TENANT)
                                || answer.body().contains(theirInvoice)) {
                            seen.add(operation + query + ": " + answer.body());
                        }
                    }
                }
            }
        }
        assertThat(seen).isEmpty();
        assertThat(answered).as("calls that showed a tenant's own").isPositive();
        assertThat(new Api(services.coordinator.url(), me)
                        .get("/api/billing/invoices/" + theirInvoice)
                        .status())
                .isEqualTo(404);
    }

    private String minerRow(String minerId) {
        return hubAs("OPERATOR").get("/v1/miners/" + minerId).expect(200).toString();
    }

    private Api.Answer call(Operation operation, String path, String key) {
        String url = all().stream()
                .filter(service -> service.name().equals(operation.service()))
                .findFirst()
                .orElseThrow()
                .url();
        boolean reads = operation.method().equals("GET");
        return new Api(url, key.isEmpty() ? null : key)
                .send(operation.method(), path, reads ? null : body(operation), reads ? null : contentType(operation));
    }

    /** Who may register is decided by what the body says; everywhere else the key decides first. */
    private static String body(Operation operation) {
        return operation.path().endsWith("/register")
                ? "{\"miner_id\":\"iso-%s\",\"api_key\":\"%s\"}".formatted(UUID.randomUUID(), UUID.randomUUID())
                : "{}";
    }

    private static String contentType(Operation operation) {
        return operation.path().startsWith("/v1/import") ? "application/x-ndjson" : "application/json";
    }

    private Api hubAs(String role) {
        return new Api(services.hub.url(), key("pool-hub", role));
    }

    private Api coordinatorAs(String role) {
        return new Api(services.coordinator.url(), key("coordinator-api", role));
    }

    private String key(String service, String role) {
        return Objects.requireNonNull(keys.getOrDefault(service, Map.of()).get(role));
    }

    private List<ServiceProcess> all() {
        return List.of(services.hub, services.coordinator, monitoring);
    }

    private static String keyOf(String miner) {
        return "key-of-" + miner + "-long-enough";
    }
}

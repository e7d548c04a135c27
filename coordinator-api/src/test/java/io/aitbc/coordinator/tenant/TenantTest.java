package io.aitbc.coordinator.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.RunningCoordinator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tenants and their keys. */
class TenantTest extends RunningCoordinator {

    private static final String TENANTS = "/api/tenants";

    @Test
    void aTenantIsMadeWithItsDefaultsAndRead() {
        String id = unique("tenant");
        Answer made = post(OPERATOR, TENANTS, "{\"tenant_id\": \"" + id + "\"}");
        assertThat(made.status()).isEqualTo(201);
        JsonNode tenant = get(VIEWER, TENANTS + "/" + id).body();
        assertThat(tenant).isEqualTo(made.body());
        assertThat(tenant.path("name").asText()).isEqualTo(id);
        assertThat(tenant.path("status").asText()).isEqualTo("active");
        assertThat(tenant.path("currency").asText()).isEqualTo("USD");
        assertThat(tenant.path("timezone").asText()).isEqualTo("UTC");
        assertThat(tenant.path("created_at").asText()).isEqualTo("2026-04-22T12:00:00Z");
        assertThat(tenant.path("billing_email").isNull()).isTrue();
    }

    @Test
    void anIdIsTakenOnce() {
        String id = tenant();
        Answer again = post(OPERATOR, TENANTS, "{\"tenant_id\": \"" + id + "\"}");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.problem()).isEqualTo("tenant-exists");
    }

    @Test
    void aChangeTouchesOnlyWhatItNames() {
        String id = unique("tenant");
        emptyDefaultPlan("EUR");
        post(OPERATOR, TENANTS, """
                {"tenant_id": "%s", "name": "One", "billing_email": "a@example.org", "credit_limit": 100.5,
                 "price_plan": "default", "timezone": "Europe/Berlin", "currency": "EUR"}""".formatted(id));
        JsonNode changed =
                patch(id, "{\"name\": \"Two\", \"status\": \"suspended\"}").body();
        assertThat(changed.path("name").asText()).isEqualTo("Two");
        assertThat(changed.path("status").asText()).isEqualTo("suspended");
        assertThat(changed.path("billing_email").asText()).isEqualTo("a@example.org");
        assertThat(changed.path("credit_limit").decimalValue()).isEqualByComparingTo("100.5");
        assertThat(changed.path("price_plan").asText()).isEqualTo("default");
        assertThat(changed.path("timezone").asText()).isEqualTo("Europe/Berlin");
    }

    @Test
    void aCreditLimitIsTakenAwayByNull() {
        String tenant = tenant();
        change(tenant, "{\"credit_limit\": 12.5}");
        assertThat(change(tenant, "{\"name\": \"N\"}")
                        .body()
                        .path("credit_limit")
                        .decimalValue())
                .isEqualByComparingTo("12.5");
        assertThat(change(tenant, "{\"credit_limit\": null}")
                        .body()
                        .path("credit_limit")
                        .isNull())
                .isTrue();
        for (String wrong : List.of("-1", "\"5\"", "1e30", "1e999999999", "[]", "true", "0.000000001")) {
            assertThat(change(tenant, "{\"credit_limit\": " + wrong + "}").status())
                    .as(wrong)
                    .isIn(400, 422);
        }
        assertThat(get(OPERATOR, "/api/tenants/" + tenant)
                        .body()
                        .path("credit_limit")
                        .isNull())
                .isTrue();
    }

    @Test
    void aMisspeltFieldIsRefusedByName() {
        String tenant = tenant();
        Answer answer = change(tenant, "{\"credt_limit\": 0}");
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.problem()).isEqualTo("unknown-field");
        assertThat(answer.body().path("detail").asText())
                .startsWith("There is no field credt_limit; nothing was changed. Fields here: ")
                .contains("credit_limit");
        assertThat(post(OPERATOR, "/api/price-plans/" + unique("plan") + "/versions", """
                        {"currency": "USD", "valid_from": "1970-01-01T00:00:00Z",
                         "rates": [{"resource_type": "gpu_hours", "unit_price": 1, "free_unit": 10}]}""")
                        .body()
                        .path("detail")
                        .asText())
                .contains("rates.[0].free_unit");
    }

    private Answer change(String tenant, String body) {
        return send(OPERATOR, "PATCH", "/api/tenants/" + tenant, body, "application/json");
    }

    @Test
    void nothingIsNoAddressAndNoPlan() {
        String id = tenant();
        for (String field : java.util.List.of("billing_email", "price_plan")) {
            Answer refused = patch(id, "{\"" + field + "\": \"\"}");
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.body().path("detail").asText()).startsWith(field + " size must be between 1 and ");
            assertThat(post(OPERATOR, TENANTS, "{\"tenant_id\": \"%s\", \"%s\": \"\"}".formatted(unique("t"), field))
                            .status())
                    .isEqualTo(422);
        }
    }

    @Test
    void aPricePlanExistsInTheTenantsCurrency() {
        String id = tenant("NOK", "Europe/Oslo");
        assertThat(patch(id, "{\"price_plan\": \"default\"}").problem()).isEqualTo("unknown-price-plan");
        assertThat(patch(id, "{\"name\": \"Other\"}").status()).isEqualTo(200);
        assertThat(patch(tenant(), "{\"price_plan\": \"default\"}").status()).isEqualTo(200);
        Answer made =
                post(OPERATOR, TENANTS, "{\"tenant_id\": \"%s\", \"price_plan\": \"none\"}".formatted(unique("t")));
        assertThat(made.status()).isEqualTo(422);
        assertThat(made.body().path("detail").asText())
                .isEqualTo("There is no price plan none in this tenant's currency; add its first version.");
    }

    @Test
    void theCurrencyOfALedgerIsFixed() {
        String id = tenant();
        assertThat(patch(id, "{\"currency\": \"EUR\"}").problem()).isEqualTo("currency-is-fixed");
        assertThat(patch(id, "{\"currency\": \"USD\"}").status()).isEqualTo(200);
    }

    @Test
    void aTenantIsClosedAndMayBeOpenedAgain() {
        String id = tenant();
        assertThat(send(OPERATOR, "DELETE", TENANTS + "/" + id, null, "").status())
                .isEqualTo(204);
        assertThat(send(OPERATOR, "DELETE", TENANTS + "/" + id, null, "").status())
                .isEqualTo(204);
        JsonNode closed = get(OPERATOR, TENANTS + "/" + id).body();
        assertThat(closed.path("status").asText()).isEqualTo("closed");
        assertThat(closed.path("closed_at").asText()).isEqualTo("2026-04-22T12:00:00Z");
        assertThat(patch(id, "{\"status\": \"active\"}")
                        .body()
                        .path("closed_at")
                        .isNull())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}                                                       | 422",
                "{\"tenant_id\": \"\"}                                    | 422",
                "{\"tenant_id\": \"-a\"}                                  | 422",
                "{\"tenant_id\": \"a b\"}                                 | 422",
                "{\"tenant_id\": \"a\\u0000\"}                            | 422",
                "{\"tenant_id\": \"ok-1\", \"name\": \"a\\u0000b\"}       | 422",
                "{\"tenant_id\": \"ok-1\", \"name\": \"\"}                | 422",
                "{\"tenant_id\": \"ok-1\", \"currency\": \"DOLLAR\"}      | 422",
                "{\"tenant_id\": \"ok-1\", \"currency\": \"XAU\"}         | 422",
                "{\"tenant_id\": \"ok-1\", \"timezone\": \"Mars/Base\"}   | 422",
                "{\"tenant_id\": \"ok-1\", \"billing_email\": \"nobody\"} | 422",
                "{\"tenant_id\": \"ok-1\", \"credit_limit\": -1}          | 422",
                "{\"tenant_id\": \"ok-1\", \"credit_limit\": 1e400}       | 400",
                "{\"tenant_id\": [1]}                                     | 400",
                "[]                                                       | 400",
                "{                                                        | 400",
            })
    void whatBreaksARuleIsRefused(String body, int status) {
        assertThat(post(OPERATOR, TENANTS, body).status()).isEqualTo(status);
    }

    @Test
    void whatIsNotThereIs404() {
        assertThat(get(OPERATOR, TENANTS + "/nobody").problem()).isEqualTo("unknown-tenant");
        assertThat(get(OPERATOR, TENANTS + "/no%00body").status()).isBetween(400, 404);
        assertThat(patch("nobody", "{}").status()).isEqualTo(404);
        assertThat(post(OPERATOR, TENANTS + "/nobody/keys", "{}").status()).isEqualTo(404);
        assertThat(get(OPERATOR, TENANTS + "/nobody/keys").status()).isEqualTo(404);
        assertThat(patch(tenant(), "{\"status\": \"rich\"}").status()).isEqualTo(400);
    }

    @Test
    void theListComesInPagesById() {
        tenant();
        tenant();
        JsonNode first = get(VIEWER, TENANTS + "?limit=1").body();
        JsonNode second = get(
                        VIEWER,
                        TENANTS + "?limit=1&cursor=" + first.path("next").asText())
                .body();
        assertThat(first.path("items").path(0).path("tenant_id").asText())
                .isLessThan(second.path("items").path(0).path("tenant_id").asText());
        assertThat(get(VIEWER, TENANTS + "?limit=0").status()).isEqualTo(422);
        assertThat(get(VIEWER, TENANTS + "?cursor=*").status()).isEqualTo(400);
    }

    @Test
    void onlyOperatorsChangeTenants() {
        for (String key : new String[] {VIEWER, SERVICE, keyOf(tenant())}) {
            assertThat(post(key, TENANTS, "{\"tenant_id\": \"x\"}").status()).isEqualTo(403);
        }
        assertThat(get(keyOf(tenant()), TENANTS).status()).isEqualTo(403);
    }

    @Test
    void aSecretIsShownOnceAndItsHashIsAllThatIsKept() {
        String tenant = tenant();
        Answer issued = post(OPERATOR, TENANTS + "/" + tenant + "/keys", "{\"name\": \"laptop\"}");
        assertThat(issued.status()).isEqualTo(201);
        String secret = issued.body().path("secret").asText();
        assertThat(secret).startsWith("ten_").hasSizeGreaterThan(40);
        JsonNode listed = get(OPERATOR, TENANTS + "/" + tenant + "/keys").body();
        assertThat(listed.toString()).contains("laptop").doesNotContain(secret).doesNotContain("sha256");
        assertThat(jdbc.sql("SELECT count(*) FROM audit_log WHERE after::text LIKE '%' || :secret || '%'")
                        .param("secret", secret)
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void aRevokedKeyStopsWorkingAtOnce() {
        String tenant = tenant();
        Answer issued = post(OPERATOR, TENANTS + "/" + tenant + "/keys", "");
        String secret = issued.body().path("secret").asText();
        String path =
                TENANTS + "/" + tenant + "/keys/" + issued.body().path("key_id").asText();
        assertThat(get(secret, "/api/billing/usage").status()).isEqualTo(200);
        assertThat(send(OPERATOR, "DELETE", path, null, "").status()).isEqualTo(204);
        assertThat(get(secret, "/api/billing/usage").status()).isEqualTo(401);
        assertThat(send(OPERATOR, "DELETE", path, null, "").status()).isEqualTo(404);
    }

    @Test
    void keysOfSuspendedAndClosedTenantsAreRefused() {
        String tenant = tenant();
        String key = keyOf(tenant);
        assertThat(get(key, "/api/billing/usage").status()).isEqualTo(200);
        patch(tenant, "{\"status\": \"suspended\"}");
        assertThat(get(key, "/api/billing/usage").problem()).isEqualTo("tenant-suspended");
        patch(tenant, "{\"status\": \"active\"}");
        assertThat(get(key, "/api/billing/usage").status()).isEqualTo(200);
        send(OPERATOR, "DELETE", TENANTS + "/" + tenant, null, "");
        assertThat(get(key, "/api/billing/invoices").status()).isEqualTo(403);
        assertThat(get(key, "/api/billing/metrics").problem()).isEqualTo("tenant-closed");
    }

    @Test
    void everyChangeIsInTheAuditLog() {
        String tenant = tenant();
        patch(tenant, "{\"name\": \"Other\"}");
        keyOf(tenant);
        assertThat(jdbc.sql("SELECT action || ' by ' || actor FROM audit_log WHERE subject = :t ORDER BY id")
                        .param("t", tenant)
                        .query(String.class)
                        .list())
                .containsExactly(
                        "tenant.create by operator", "tenant.change by operator", "tenant.key.issue by operator");
    }

    private Answer patch(String tenant, String body) {
        return send(OPERATOR, "PATCH", TENANTS + "/" + tenant, body, "application/json");
    }
}

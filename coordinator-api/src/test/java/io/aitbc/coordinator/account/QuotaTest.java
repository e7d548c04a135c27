package io.aitbc.coordinator.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.service.security.Caller;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Quotas are set, read and removed; soft ones warn. */
class QuotaTest extends AccountScene {

    @Test
    void aQuotaIsMadeReplacedAndRemoved() {
        String tenant = tenant();
        Answer made = put(tenant, "gpu_hours", "10.5", "month", "hard");
        assertThat(made.status()).isEqualTo(201);
        JsonNode quota = made.body();
        assertThat(quota.path("tenant_id").asText()).isEqualTo(tenant);
        assertThat(quota.path("resource_type").asText()).isEqualTo("gpu_hours");
        assertThat(quota.path("unit").asText()).isEqualTo("gpu_hour");
        assertThat(quota.path("limit").decimalValue()).isEqualByComparingTo("10.5");
        assertThat(quota.path("period").asText()).isEqualTo("month");
        assertThat(quota.path("mode").asText()).isEqualTo("hard");
        assertThat(quota.path("period_start").asText()).isEqualTo("2026-04-01T00:00:00Z");
        assertThat(quota.path("period_end").asText()).isEqualTo("2026-05-01T00:00:00Z");

        assertThat(put(tenant, "gpu_hours", "20", "day", "soft").status()).isEqualTo(200);
        assertThat(quota(tenant).path("limit").asInt()).isEqualTo(20);
        assertThat(quota(tenant).path("period_end").asText()).isEqualTo("2026-04-23T00:00:00Z");

        String path = quotas(tenant) + "/gpu_hours";
        assertThat(send(OPERATOR, "DELETE", path, null, "").status()).isEqualTo(204);
        assertThat(send(OPERATOR, "DELETE", path, null, "").problem()).isEqualTo("unknown-quota");
        assertThat(get(OPERATOR, quotas(tenant)).body().path("items")).isEmpty();
        assertThat(jdbc.sql(
                                "SELECT action FROM audit_log WHERE subject = :tenant AND action LIKE 'account%' ORDER BY id")
                        .param("tenant", tenant)
                        .query(String.class)
                        .list())
                .containsExactly("account.quota.put", "account.quota.put", "account.quota.delete");
    }

    @Test
    void aQuotaIsOfATenantAndAResourceThatThereAre() {
        assertThat(put("no-such-tenant", "gpu_hours", "1", "day", "hard").problem())
                .isEqualTo("unknown-tenant");
        assertThat(put(tenant(), "gold_bars", "1", "day", "hard").problem()).isEqualTo("unknown-resource");
        assertThat(get(OPERATOR, quotas("no-such-tenant")).status()).isEqualTo(404);
    }

    @Test
    void aLimitIsANumberThatTheLedgerKnows() {
        String tenant = tenant();
        for (String limit : List.of("-1", "1e12", "0.000000001", "null")) {
            assertThat(put(tenant, "gpu_hours", limit, "day", "hard").status())
                    .as(limit)
                    .isEqualTo(422);
        }
        assertThat(put(tenant, "gpu_hours", "0", "day", "hard").status()).isEqualTo(201);
        assertThat(refused(tenant, "0.00000001", "0").type()).isEqualTo("quota-exceeded");
    }

    @Test
    void aSoftQuotaLetsThroughAndWarnsOncePerLevelAndPeriod() {
        String tenant = tenant();
        send(
                OPERATOR,
                "PATCH",
                "/api/tenants/" + tenant,
                "{\"billing_email\": \"bills@example.org\"}",
                "application/json");
        quota(tenant, "gpu_hours", "10", "day", "soft");
        admitted(tenant, "7.99");
        assertThat(warnings(tenant)).isEmpty();
        admitted(tenant, "0.01");
        assertThat(warnings(tenant))
                .containsExactly("80 % of the quota of gpu_hours of tenant " + tenant + " are taken");
        admitted(tenant, "1.99");
        assertThat(warnings(tenant)).hasSize(1);
        admitted(tenant, "0.01");
        assertThat(warnings(tenant)).hasSize(2).last().asString().startsWith("100 % of the quota");
        admitted(tenant, "50");
        schedule.watch();
        assertThat(warnings(tenant)).hasSize(2);
        assertThat(jdbc.sql("""
                        SELECT recipient FROM notification_deliveries JOIN notifications USING (notification_id)
                        WHERE tenant_id = :tenant
                        """).param("tenant", tenant).query(String.class).list())
                .containsExactly("bills@example.org", "bills@example.org");

        clock.advance(Duration.ofDays(1));
        admitted(tenant, "8");
        assertThat(warnings(tenant)).as("the next day").hasSize(3);
    }

    @Test
    void usageWithoutAReservationWarnsToo() {
        String tenant = tenant();
        quota(tenant, "gpu_hours", "10", "month", "soft");
        used(tenant, "not-ours", "12");
        schedule.watch();
        schedule.watch();
        assertThat(warnings(tenant)).singleElement().asString().startsWith("100 % of the quota");
        assertThat(taken(tenant)).isEqualTo("12 0 0");
    }

    @Test
    void aRaisedQuotaWarnsAnew() {
        String tenant = tenant();
        quota(tenant, "gpu_hours", "10", "month", "soft");
        admitted(tenant, "8");
        assertThat(warnings(tenant)).hasSize(1);
        quota(tenant, "gpu_hours", "10.00", "month", "soft");
        admitted(tenant, "0.5");
        assertThat(warnings(tenant)).as("the same limit again").hasSize(1);
        quota(tenant, "gpu_hours", "20", "month", "soft");
        admitted(tenant, "7.5");
        assertThat(warnings(tenant)).as("80 % of another limit").hasSize(2);
    }

    @Test
    void nobodyIsWarnedOfAJobThatWasNotLetIn() {
        String tenant = tenant();
        quota(tenant, "gpu_hours", "10", "month", "soft");
        transaction.executeWithoutResult(status -> {
            admissions.reserve(Caller.system(), tenant, "j", Map.of("gpu_hours", BigDecimal.TEN), usd("0"));
            status.setRollbackOnly();
        });
        assertThat(warnings(tenant)).isEmpty();
    }

    @Test
    void aHardQuotaRefusesAndDoesNotWarn() {
        String tenant = tenant();
        quota(tenant, "gpu_hours", "10", "month", "hard");
        admitted(tenant, "10");
        schedule.watch();
        assertThat(warnings(tenant)).isEmpty();
    }

    private Answer put(String tenant, String resource, String limit, String period, String mode) {
        return send(
                OPERATOR,
                "PUT",
                quotas(tenant) + "/" + resource,
                """
                {"limit": %s, "period": "%s", "mode": "%s"}
                """.formatted(limit, period, mode),
                "application/json");
    }

    /** The titles of what was told of a tenant. */
    private List<String> warnings(String tenant) {
        schedule.tell();
        schedule.tell();
        return jdbc.sql("SELECT title FROM notifications WHERE tenant_id = :tenant ORDER BY notification_id")
                .param("tenant", tenant)
                .query(String.class)
                .list();
    }
}

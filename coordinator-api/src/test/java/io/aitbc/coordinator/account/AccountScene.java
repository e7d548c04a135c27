package io.aitbc.coordinator.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.RunningCoordinator;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Map;
import java.util.Objects;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionTemplate;

/** The coordinator, and what a job feature does with accounts. */
abstract class AccountScene extends RunningCoordinator {

    static final Currency USD = Currency.getInstance("USD");

    @Autowired
    Admissions admissions;

    @Autowired
    CreditLedger ledger;

    @Autowired
    AccountSchedule schedule;

    @Autowired
    TransactionTemplate transaction;

    static Money usd(String amount) {
        return new Money(new BigDecimal(amount), USD);
    }

    void quota(String tenant, String resource, String limit, String period, String mode) {
        Answer answer = send(
                OPERATOR,
                "PUT",
                quotas(tenant) + "/" + resource,
                """
                {"limit": %s, "period": "%s", "mode": "%s"}
                """.formatted(limit, period, mode),
                "application/json");
        assertThat(answer.status()).as(answer.response().body()).isIn(200, 201);
    }

    static String quotas(String tenant) {
        return "/api/tenants/" + tenant + "/quotas";
    }

    static String credits(String tenant) {
        return "/api/tenants/" + tenant + "/credits";
    }

    /** The tenant's only quota. */
    JsonNode quota(String tenant) {
        JsonNode items = get(VIEWER, quotas(tenant)).body().path("items");
        assertThat(items).hasSize(1);
        return items.get(0);
    }

    /** Used, reserved and left of the tenant's only quota. */
    String taken(String tenant) {
        JsonNode quota = quota(tenant);
        return quota.path("used").asText() + " " + quota.path("reserved").asText() + " "
                + quota.path("left").asText();
    }

    void creditLimit(String tenant, String limit) {
        Answer answer = send(
                OPERATOR, "PATCH", "/api/tenants/" + tenant, "{\"credit_limit\": " + limit + "}", "application/json");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
    }

    Answer credit(String tenant, String kind, String amount, String key) {
        return send(
                OPERATOR,
                "POST",
                credits(tenant),
                """
                {"kind": "%s", "amount": %s, "reason": "a test"}
                """.formatted(kind, amount),
                "application/json",
                "Idempotency-Key",
                key);
    }

    /** A new job that is let in. */
    String admitted(String tenant, String gpuHours) {
        return admitted(tenant, gpuHours, "0");
    }

    String admitted(String tenant, String gpuHours, String cost) {
        String job = unique("job");
        reserve(tenant, job, gpuHours, cost);
        return job;
    }

    Problem refused(String tenant, String gpuHours, String cost) {
        Problem problem = catchThrowableOfType(Problem.class, () -> reserve(tenant, unique("job"), gpuHours, cost));
        return Objects.requireNonNull(problem, "a refusal");
    }

    void reserve(String tenant, String job, String gpuHours, String cost) {
        transaction.executeWithoutResult(status -> admissions.reserve(
                Caller.tenant(tenant), tenant, job, Map.of("gpu_hours", new BigDecimal(gpuHours)), usd(cost)));
    }

    void spent(String tenant, String job, String gpuHours) {
        admissions.spent(tenant, job, Map.of("gpu_hours", new BigDecimal(gpuHours)));
    }

    /** The ledger has usage of the job. */
    void used(String tenant, String job, String gpuHours) {
        Answer answer = usage(event(unique("e"), tenant, "gpu_hours", gpuHours, ", \"job_id\": \"" + job + "\""));
        assertThat(answer.body().path("accepted").asInt())
                .as(answer.response().body())
                .isEqualTo(1);
    }

    long open(String tenant) {
        return jdbc.sql("SELECT count(*) FROM reservations WHERE tenant_id = :tenant")
                .param("tenant", tenant)
                .query(Long.class)
                .single();
    }
}

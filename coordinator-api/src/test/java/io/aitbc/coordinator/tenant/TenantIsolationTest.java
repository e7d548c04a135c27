package io.aitbc.coordinator.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.coordinator.RunningCoordinator;
import io.aitbc.coordinator.account.Admissions;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** What one tenant's key shows of another tenant: nothing, not even whether it exists. */
class TenantIsolationTest extends RunningCoordinator {

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping handlers;

    @Autowired
    private TenantReads reads;

    @Autowired
    private Admissions admissions;

    @Autowired
    private TransactionTemplate transaction;

    private String own = "";
    private String other = "";
    private String key = "";
    private String invoiceOfOther = "";

    @BeforeEach
    void twoTenantsWithUsageAndInvoices() {
        own = tenant();
        other = tenant();
        key = keyOf(own);
        usage("[" + event(unique("e"), own, "gpu_hours", "1", ", \"job_id\": \"mine\"") + ","
                + event(unique("e"), other, "gpu_hours", "7", ", \"job_id\": \"theirs\", \"miner_id\": \"m-theirs\"")
                + "]");
        account(own, "31.25");
        account(other, "77.75");
        invoice(own);
        invoiceOfOther = invoice(other);
    }

    @Test
    void everythingATenantMayReadIsTriedHere() {
        Set<String> readable = handlers.getHandlerMethods().entrySet().stream()
                .filter(entry -> mayBeReadByTenants(entry.getValue()))
                .flatMap(entry -> entry.getKey().getPatternValues().stream())
                .collect(Collectors.toSet());
        assertThat(readable)
                .containsExactlyInAnyOrder(
                        "/api/billing/usage",
                        "/api/billing/metrics",
                        "/api/billing/invoices",
                        "/api/billing/invoices/{invoiceId}",
                        "/api/tenants/{tenantId}/quotas",
                        "/api/tenants/{tenantId}/credits",
                        "/api/billing/invoices/{invoiceId}/document",
                        "/api/billing/invoices/{invoiceId}/lines/{line}/events",
                        "/v1/jobs",
                        "/v1/jobs/{jobId}",
                        "/v1/jobs/{jobId}/cancel",
                        "/api/billing/invoices/{invoiceId}.csv",
                        "/api/billing/invoices/{invoiceId}.focus.csv",
                        "/api/billing/invoices/{invoiceId}.pdf");
    }

    @Test
    void withoutATenantIdATenantSeesItsOwn() {
        for (String path : new String[] {
            "/api/billing/usage",
            "/api/billing/metrics?hours=24",
            "/api/billing/invoices",
            "/api/billing/usage?tenant_id=" + own
        }) {
            Answer answer = get(key, path);
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.response().body()).contains(own).doesNotContain(other, "theirs");
        }
        Answer csv = send(key, "GET", "/api/billing/usage", null, "", "Accept", "text/csv");
        assertThat(csv.response().body()).contains("mine").doesNotContain(other, "theirs");
    }

    @Test
    void anotherTenantLooksLikeNoTenant() {
        for (String path : new String[] {"/api/billing/usage", "/api/billing/metrics", "/api/billing/invoices"}) {
            Answer foreign = get(key, path + "?tenant_id=" + other);
            Answer none = get(key, path + "?tenant_id=no-such-tenant");
            assertThat(foreign.status()).as(path).isEqualTo(404);
            assertThat(foreign.response().body().replace(other, "X"))
                    .isEqualTo(none.response().body().replace("no-such-tenant", "X"));
        }
        assertThat(send(key, "GET", "/api/billing/usage?tenant_id=" + other, null, "", "Accept", "text/csv")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void anotherTenantsInvoiceIsNotThere() {
        for (String form : new String[] {"", ".csv", ".focus.csv", ".pdf", "/lines/1/events"}) {
            assertThat(get(key, "/api/billing/invoices/" + invoiceOfOther + form)
                            .status())
                    .as(form)
                    .isEqualTo(404);
            assertThat(get(OPERATOR, "/api/billing/invoices/" + invoiceOfOther + form)
                            .status())
                    .as(form)
                    .isEqualTo(200);
        }
    }

    @Test
    void anotherTenantsAccountIsNotThere() {
        for (String part : new String[] {"/quotas", "/credits"}) {
            Answer mine = get(key, "/api/tenants/" + own + part);
            assertThat(mine.status()).as(part).isEqualTo(200);
            assertThat(mine.response().body()).contains("31.25").doesNotContain("77.75", other);
            Answer foreign = get(key, "/api/tenants/" + other + part);
            Answer none = get(key, "/api/tenants/no-such-tenant" + part);
            assertThat(foreign.status()).as(part).isEqualTo(404);
            assertThat(foreign.response().body().replace(other, "X"))
                    .isEqualTo(none.response().body().replace("no-such-tenant", "X"));
        }
        for (String id : new String[] {own, other}) {
            String quota = "/api/tenants/" + id + "/quotas/gpu_hours";
            assertThat(send(key, "PUT", quota, "{}", "application/json").status())
                    .isEqualTo(403);
            assertThat(send(key, "DELETE", quota, null, "").status()).isEqualTo(403);
            assertThat(post(key, "/api/tenants/" + id + "/credits", "{}").status())
                    .isEqualTo(403);
        }
    }

    @Test
    void filtersDoNotReachAcross() {
        assertThat(get(key, "/api/billing/usage?job_id=theirs").body().path("items"))
                .isEmpty();
        assertThat(get(key, "/api/billing/usage?miner_id=m-theirs").body().path("items"))
                .isEmpty();
        String cursor =
                get(OPERATOR, "/api/billing/usage?limit=1").body().path("next").asText();
        assertThat(get(key, "/api/billing/usage?cursor=" + cursor).response().body())
                .doesNotContain(other);
    }

    @Test
    void aQueryThatForgetsTheFilterStillSeesOnlyOwnRows() {
        for (String table : new String[] {
            "usage_ledger",
            "invoices",
            "invoice_lines",
            "quotas",
            "credit_entries",
            "reservations",
            "reservation_amounts"
        }) {
            String sql = "SELECT DISTINCT tenant_id FROM " + table;
            List<String> seen = reads.read(
                    Caller.tenant(own),
                    null,
                    scope -> jdbc.sql(sql).query(String.class).list());
            assertThat(seen).as(table).containsExactly(own);
            assertThat(jdbc.sql(sql).query(String.class).list()).as(table).contains(own, other);
        }
    }

    @Test
    void theFenceIsGoneWithItsTransaction() {
        reads.read(Caller.tenant(own), null, TenantScope::tenantId);
        assertThat(jdbc.sql("SELECT current_user <> 'coordinator_tenant'")
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void nothingElseOpensForATenant() {
        for (String path : new String[] {
            "/api/tenants",
            "/api/tenants/" + own,
            "/api/tenants/" + own + "/keys",
            "/api/billing/usage/digest?from=2026-04-01T00:00:00Z&to=2026-05-01T00:00:00Z",
            "/api/billing/usage/quarantine",
            "/api/billing/watermarks"
        }) {
            assertThat(get(key, path).status()).as(path).isEqualTo(403);
        }
        assertThat(post(key, "/api/billing/invoice", "{}").status()).isEqualTo(403);
    }

    private void account(String tenant, String amount) {
        send(
                OPERATOR,
                "PUT",
                "/api/tenants/" + tenant + "/quotas/gpu_hours",
                """
                {"limit": %s, "period": "month", "mode": "soft"}
                """.formatted(amount),
                "application/json");
        send(
                OPERATOR,
                "POST",
                "/api/tenants/" + tenant + "/credits",
                """
                {"amount": %s, "kind": "top_up", "reason": "paid"}
                """.formatted(amount),
                "application/json",
                "Idempotency-Key",
                "k-1");
        transaction.executeWithoutResult(status -> admissions.reserve(
                Caller.system(),
                tenant,
                "job",
                Map.of("gpu_hours", BigDecimal.ONE),
                Money.zero(Currency.getInstance("USD"))));
    }

    private String invoice(String tenant) {
        return post(SERVICE, "/api/billing/invoice", """
                {"tenant_id": "%s", "period_start": "2026-04-01T00:00:00Z", "period_end": "2026-05-01T00:00:00Z"}
                """.formatted(tenant))
                .body()
                .path("invoice_id")
                .asText();
    }

    private static boolean mayBeReadByTenants(HandlerMethod handler) {
        Allowed allowed = AnnotatedElementUtils.findMergedAnnotation(handler.getMethod(), Allowed.class);
        if (allowed == null) {
            allowed = AnnotatedElementUtils.findMergedAnnotation(handler.getBeanType(), Allowed.class);
        }
        return allowed != null && Arrays.asList(allowed.value()).contains(Role.TENANT);
    }
}

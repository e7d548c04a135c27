package io.aitbc.coordinator.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.tenant.TenantDirectory;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

/** Jobs are let in as far as credit goes. */
class CreditLimitTest extends AccountScene {

    @Autowired
    private Accounts accounts;

    @Autowired
    private Reservations reservations;

    @Autowired
    private CreditEntries entries;

    @Autowired
    private UnbilledUsage unbilled;

    @Autowired
    private TenantDirectory tenants;

    @Test
    void aLimitIsInWholeMinorUnits() {
        String yen = tenant("JPY", "Asia/Tokyo");
        Answer finer = send(OPERATOR, "PATCH", "/api/tenants/" + yen, "{\"credit_limit\": 0.5}", "application/json");
        assertThat(finer.status()).isEqualTo(422);
        assertThat(finer.body().path("detail").asText())
                .isEqualTo("credit_limit may have at most 0 decimals, as JPY has.");
        creditLimit(yen, "100.0");
        assertThat(post(
                                OPERATOR,
                                "/api/tenants",
                                "{\"tenant_id\": \"%s\", \"credit_limit\": 0.001}".formatted(unique("t")))
                        .problem())
                .isEqualTo("invalid-amount");
    }

    @Test
    void whatIsUsedReservedAndPaidInAdvanceCounts() {
        String tenant = tenant();
        creditLimit(tenant, "10");
        credit(tenant, "top_up", "5", "k");
        used(tenant, "earlier", "6"); // 3.00 USD
        admitted(tenant, "8", "4");

        Problem refusal = refused(tenant, "1", "8.01");
        assertThat(refusal.status().value()).isEqualTo(402);
        assertThat(refusal.type()).isEqualTo("credit-limit-reached");
        assertThat(refusal.detail())
                .isEqualTo(
                        "The job may cost 8.01 and 8.00 USD are left; ask for less, pay what is owed, pay in advance,"
                                + " or have the credit limit raised.");
        assertThat(Objects.requireNonNull(refusal.toBody("/v1/jobs").getProperties()))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "credit_limit", new BigDecimal("10.00"),
                        "owed", new BigDecimal("3.00"),
                        "reserved", new BigDecimal("4.00"),
                        "credit_balance", new BigDecimal("5.00"),
                        "left", new BigDecimal("8.00"),
                        "asked", new BigDecimal("8.01"),
                        "currency", "USD"));
        admitted(tenant, "1", "8");
        refused(tenant, "1", "0.01");
        admitted(tenant, "1", "0");
    }

    @Test
    void aLimitOfNothingIsPrepaidOnly() {
        String tenant = tenant();
        creditLimit(tenant, "0");
        refused(tenant, "1", "0.01");
        credit(tenant, "top_up", "2", "k");
        admitted(tenant, "4", "2");
        refused(tenant, "1", "0.01");
    }

    @Test
    void whatAJobUsedIsNotCountedTwice() {
        String tenant = tenant();
        creditLimit(tenant, "10");
        String job = admitted(tenant, "20", "10");
        used(tenant, job, "5"); // 2.50 USD of the 10.00
        assertThat(left(tenant)).isEqualTo("0.00");
        spent(tenant, job, "10");
        assertThat(left(tenant))
                .as("half of it will be used, and half of that is in the ledger")
                .isEqualTo("5.00");
        used(tenant, job, "5");
        assertThat(left(tenant)).isEqualTo("5.00");
        schedule.close();
        assertThat(left(tenant)).isEqualTo("5.00");
    }

    @Test
    void tiersAndAllowancesAreThoseOfMonths() {
        String tenant = tenant();
        creditLimit(tenant, "100");
        used(tenant, "j", "1.01"); // 0.505 USD
        usage("""
                {"event_id": "%s", "tenant_id": "%s", "resource_type": "gpu_hours", "quantity": 1.01,
                 "occurred_at": "2026-03-31T23:59:59Z"}""".formatted(unique("e"), tenant));
        assertThat(left(tenant)).as("rounded once a month").isEqualTo("98.98");
    }

    @Test
    void invoicesThatAreNotPaidCount() {
        String tenant = tenant();
        creditLimit(tenant, "10");
        used(tenant, "j", "6");
        StaticListableBeanFactory invoicing = new StaticListableBeanFactory();
        invoicing.addBean("outstanding", new Outstanding() {
            @Override
            public Money unpaid(String tenantId, Currency currency) {
                return new Money(new BigDecimal("6.50"), currency);
            }

            @Override
            public List<Uninvoiced> uninvoiced(String tenantId, Instant to) {
                return List.of(new Uninvoiced(Instant.parse("2026-04-22T10:30:00.000001Z"), to));
            }
        });
        CreditStanding standing = new CreditStanding(
                accounts, reservations, entries, unbilled, invoicing.getBeanProvider(Outstanding.class), clock);
        assertThatThrownBy(() -> transaction.executeWithoutResult(
                        status -> standing.require(tenants.find(tenant).orElseThrow(), usd("3.51"))))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.toBody("/").getProperties())
                                .containsEntry("owed", new BigDecimal("6.50"))
                                .containsEntry("left", new BigDecimal("3.50")));
        transaction.executeWithoutResult(
                status -> standing.require(tenants.find(tenant).orElseThrow(), usd("3.50")));
    }

    @Test
    void monthsBetweenInvoicesCountUntilTheyAreInvoiced() {
        String tenant = tenant();
        creditLimit(tenant, "100");
        for (String month : List.of("2026-01", "2026-02", "2026-03")) {
            usage("""
                    {"event_id": "%s", "tenant_id": "%s", "resource_type": "gpu_hours", "quantity": 10,
                     "occurred_at": "%s-10T00:00:00Z"}""".formatted(unique("e"), tenant, month));
        }
        assertThat(left(tenant)).isEqualTo("85.00");
        invoice(tenant, "2026-01");
        String february = invoice(tenant, "2026-02");
        invoice(tenant, "2026-03");
        assertThat(left(tenant)).as("owed is owed, invoiced or not").isEqualTo("85.00");
        assertThat(post(OPERATOR, "/api/billing/invoices/" + february + "/void", "{\"reason\": \"wrong address\"}")
                        .status())
                .isEqualTo(200);
        assertThat(left(tenant)).as("a month without an invoice between two").isEqualTo("85.00");
    }

    private String invoice(String tenant, String month) {
        java.time.YearMonth of = java.time.YearMonth.parse(month);
        String id = post(OPERATOR, "/api/billing/invoice", """
                        {"tenant_id": "%s", "period_start": "%s-01T00:00:00Z", "period_end": "%s-01T00:00:00Z"}""".formatted(tenant, of, of.plusMonths(1)))
                .body()
                .path("invoice_id")
                .asText();
        assertThat(post(OPERATOR, "/api/billing/invoices/" + id + "/finalize", "{\"override_reason\": \"a test\"}")
                        .status())
                .isEqualTo(200);
        return id;
    }

    @Test
    void whatHasNoPriceIsSaid() {
        String tenant = tenant();
        creditLimit(tenant, "10");
        // Not by SQL: what events may be of is kept for two seconds.
        post(OPERATOR, "/api/resource-types", "{\"name\": \"moon_dust\", \"unit\": \"g\"}");
        usage(event(unique("e"), tenant, "moon_dust", "1"));
        assertThat(refused(tenant, "1", "1").type()).isEqualTo("no-price");
    }

    @Test
    void manyJobsAtOnceNeverGoBeyondTheLimit() throws Exception {
        String tenant = tenant();
        creditLimit(tenant, "5");
        List<Callable<Boolean>> jobs = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            jobs.add(() -> {
                try {
                    String job = admitted(tenant, "1", "0.50");
                    used(tenant, job, "1");
                    spent(tenant, job, "1");
                    return true;
                } catch (Problem refused) {
                    assertThat(refused.type()).isEqualTo("credit-limit-reached");
                    return false;
                }
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(12);
        try {
            int admitted = 0;
            for (Future<Boolean> job : threads.invokeAll(jobs)) {
                admitted += job.get(60, TimeUnit.SECONDS) ? 1 : 0;
            }
            // Usage that arrives while it is added up counts twice for that moment, so that one may be refused too
            // many.
            assertThat(admitted).isBetween(5, 10);
            while (admitted < 10) {
                admitted(tenant, "1", "0.50");
                admitted++;
            }
            assertThat(refused(tenant, "1", "0.01").type()).isEqualTo("credit-limit-reached");
        } finally {
            threads.shutdownNow();
        }
    }

    /** What a job may cost at most, as a refusal says it. */
    private String left(String tenant) {
        Object left = Objects.requireNonNull(
                        refused(tenant, "1", "1000000").toBody("/").getProperties())
                .get("left");
        return String.valueOf(left);
    }
}

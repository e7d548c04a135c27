package io.aitbc.coordinator.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Jobs are let in as far as quotas go. */
class AdmissionsTest extends AccountScene {

    @Test
    void withoutQuotaAndCreditLimitEverythingIsLetIn() {
        String tenant = tenant();
        admitted(tenant, "1000000", "1000000");
        assertThat(open(tenant)).isEqualTo(1);
    }

    @Test
    void aJobIsLetInUpToTheLastUnitAndNoFurther() {
        String tenant = tenant();
        quota(tenant, "gpu_hours", "10", "month", "hard");
        used(tenant, "earlier", "6");
        admitted(tenant, "1.5");
        assertThat(taken(tenant)).isEqualTo("6 1.5 2.5");

        Problem refusal = refused(tenant, "2.50000001", "0");
        assertThat(refusal.status().value()).isEqualTo(403);
        assertThat(refusal.type()).isEqualTo("quota-exceeded");
        assertThat(refusal.detail())
                .isEqualTo("The quota of gpu_hours has 2.5 of 10 left, and the job may use 2.50000001; ask for less,"
                        + " wait until 2026-05-01T00:00:00Z, or have the quota raised.");
        Map<String, Object> members =
                Objects.requireNonNull(refusal.toBody("/v1/jobs").getProperties());
        assertThat(members)
                .containsOnlyKeys("resource_type", "limit", "used", "reserved", "left", "asked", "period_end")
                .containsEntry("resource_type", "gpu_hours")
                .containsEntry("limit", new BigDecimal("10"))
                .containsEntry("used", new BigDecimal("6"))
                .containsEntry("reserved", new BigDecimal("1.5"))
                .containsEntry("left", new BigDecimal("2.5"))
                .containsEntry("asked", new BigDecimal("2.50000001"))
                .containsEntry("period_end", Instant.parse("2026-05-01T00:00:00Z"));
        assertThat(open(tenant)).as("reservations after a refusal").isEqualTo(1);

        admitted(tenant, "2.5");
        assertThat(taken(tenant)).isEqualTo("6 4 0");
        admitted(tenant, "0");
    }

    @Test
    void usageThatArrivesTakesThePlaceOfItsReservation() {
        String tenant = tenant();
        quota(tenant, "gpu_hours", "10", "month", "hard");
        String job = admitted(tenant, "4");
        used(tenant, job, "3");
        assertThat(taken(tenant)).isEqualTo("3 1 6");
        used(tenant, job, "2");
        assertThat(taken(tenant)).as("more used than reserved").isEqualTo("5 0 5");
    }

    @Test
    void whatAJobUsedCountsUntilTheLedgerHasIt() {
        String tenant = tenant();
        quota(tenant, "gpu_hours", "10", "month", "hard");
        String job = admitted(tenant, "4");
        spent(tenant, job, "1.25");
        assertThat(taken(tenant)).isEqualTo("0 1.25 8.75");
        schedule.close();
        assertThat(open(tenant)).as("open until its usage is there").isEqualTo(1);

        used(tenant, job, "1.25");
        assertThat(taken(tenant)).isEqualTo("1.25 0 8.75");
        schedule.close();
        assertThat(open(tenant)).isZero();
        assertThat(taken(tenant)).isEqualTo("1.25 0 8.75");
        spent(tenant, job, "4");
        assertThat(taken(tenant)).as("news of a job that is settled").isEqualTo("1.25 0 8.75");
    }

    @Test
    void whatNobodySendsIsWaitedForADay() {
        String tenant = tenant();
        quota(tenant, "gpu_hours", "10", "month", "hard");
        spent(tenant, admitted(tenant, "4"), "4");
        clock.advance(Duration.ofHours(24).minusSeconds(1));
        schedule.close();
        assertThat(taken(tenant)).isEqualTo("0 4 6");
        clock.advance(Duration.ofSeconds(1));
        schedule.close();
        assertThat(taken(tenant)).isEqualTo("0 0 10");
    }

    @Test
    void aJobThatRunsOnIsNeverClosed() {
        String tenant = tenant();
        admitted(tenant, "4");
        clock.advance(Duration.ofDays(30));
        schedule.close();
        assertThat(open(tenant)).isEqualTo(1);
    }

    @Test
    void aJobThatNeverRanFreesWhatItReserved() {
        String tenant = tenant();
        quota(tenant, "gpu_hours", "10", "month", "hard");
        String job = admitted(tenant, "10");
        refused(tenant, "1", "0");
        admissions.release(tenant, job);
        admitted(tenant, "10");
    }

    @Test
    void theSameJobAgainDoesNotCountTwice() {
        String tenant = tenant();
        quota(tenant, "gpu_hours", "10", "month", "hard");
        String job = admitted(tenant, "6");
        reserve(tenant, job, "7", "0");
        assertThat(taken(tenant)).isEqualTo("0 7 3");
    }

    @Test
    void aRolledBackJobReservesNothing() {
        String tenant = tenant();
        quota(tenant, "gpu_hours", "10", "month", "hard");
        transaction.executeWithoutResult(status -> {
            admissions.reserve(Caller.system(), tenant, "j", Map.of("gpu_hours", BigDecimal.TEN), usd("0"));
            status.setRollbackOnly();
        });
        assertThat(taken(tenant)).isEqualTo("0 0 10");
    }

    @Test
    void aJobCountsInThePeriodInWhichItWasLetIn() {
        String tenant = tenant("USD", "Asia/Kolkata");
        quota(tenant, "gpu_hours", "10", "day", "hard");
        String job = admitted(tenant, "10");
        assertThat(quota(tenant).path("period_start").asText()).isEqualTo("2026-04-21T18:30:00Z");
        assertThat(quota(tenant).path("period_end").asText()).isEqualTo("2026-04-22T18:30:00Z");

        clock.set(Instant.parse("2026-04-22T18:30:00Z"));
        assertThat(taken(tenant)).as("the next day").isEqualTo("0 0 10");
        Answer late = usage("""
                {"event_id": "%s", "source": "pool-1", "tenant_id": "%s", "resource_type": "gpu_hours", "quantity": 4,
                 "job_id": "%s", "occurred_at": "2026-04-22T18:31:00Z"}""".formatted(unique("e"), tenant, job));
        assertThat(late.status()).isEqualTo(200);
        assertThat(taken(tenant)).as("usage counts when it happened").isEqualTo("4 0 6");
        clock.set(NOON);
        assertThat(taken(tenant)).as("and the day before waits for less").isEqualTo("0 6 4");
    }

    @Test
    void aTotalIsForEver() {
        String tenant = tenant();
        quota(tenant, "gpu_hours", "10", "total", "hard");
        used(tenant, "earlier", "4");
        clock.advance(Duration.ofDays(200));
        assertThat(taken(tenant)).isEqualTo("4 0 6");
        assertThat(quota(tenant).path("period_end").isNull()).isTrue();
        assertThat(refused(tenant, "7", "0").toBody("/").getProperties()).doesNotContainKey("period_end");
        assertThat(refused(tenant, "7", "0").detail()).contains("ask for less, or have the quota raised");
    }

    @Test
    void storageCountsInTheUnitThatIsBilled() {
        String tenant = tenant();
        quota(tenant, "storage_gb", "10", "month", "hard");
        usage(event(
                unique("e"),
                tenant,
                "storage_gb",
                "5",
                ", \"period_start\": \"2026-03-23T00:00:00Z\", \"period_end\": \"2026-04-22T10:00:00Z\""));
        assertThat(taken(tenant)).as("5 GB for 730 hours are 5 of a month").isEqualTo("5 0 5");
        assertThat(quota(tenant).path("unit").asText()).isEqualTo("gb_month");
    }

    @Test
    void everyResourceHasItsOwnQuota() {
        String tenant = tenant();
        quota(tenant, "gpu_hours", "10", "month", "hard");
        quota(tenant, "api_calls", "1", "day", "hard");
        transaction.executeWithoutResult(status -> admissions.reserve(
                Caller.system(),
                tenant,
                "first",
                Map.of("gpu_hours", BigDecimal.ONE, "api_calls", BigDecimal.ONE, "compute_hours", BigDecimal.TEN),
                usd("0")));
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> admissions.reserve(
                        Caller.system(), tenant, "second", Map.of("api_calls", BigDecimal.ONE), usd("0"))))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.detail()).contains("api_calls"));
        admitted(tenant, "9");
    }

    @Test
    void anotherTenantsJobsDoNotCount() {
        String tenant = tenant();
        String other = tenant();
        quota(tenant, "gpu_hours", "10", "month", "hard");
        quota(other, "gpu_hours", "10", "month", "hard");
        reserve(other, "same-name", "10", "0");
        used(other, "same-name", "3");
        reserve(tenant, "same-name", "10", "0");
        assertThat(taken(tenant)).isEqualTo("0 10 0");
        assertThat(taken(other)).isEqualTo("3 7 0");
    }

    @Test
    void aReservationNeedsItsJobsTransactionAndSeesWhatOthersDid() {
        String tenant = tenant();
        assertThatThrownBy(() -> admissions.reserve(Caller.system(), tenant, "j", Map.of(), usd("0")))
                .isInstanceOf(IllegalTransactionStateException.class);
        TransactionTemplate stale =
                new TransactionTemplate(Objects.requireNonNull(transaction.getTransactionManager()));
        stale.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        assertThatThrownBy(() -> stale.executeWithoutResult(
                        status -> admissions.reserve(Caller.system(), tenant, "j", Map.of(), usd("0"))))
                .hasMessageContaining("READ COMMITTED, was repeatable read");
    }

    @Test
    void manyJobsAtOnceFillTheQuotaExactly() throws Exception {
        String tenant = tenant();
        int limit = 25;
        quota(tenant, "gpu_hours", Integer.toString(limit), "month", "hard");
        List<Callable<Boolean>> jobs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            jobs.add(() -> {
                String job = unique("job");
                try {
                    reserve(tenant, job, "1", "0");
                } catch (Problem refused) {
                    assertThat(refused.type()).isEqualTo("quota-exceeded");
                    return false;
                }
                // What it used travels on two ways, in any order, and is settled meanwhile.
                if (number % 2 == 0) {
                    used(tenant, job, "1");
                    spent(tenant, job, "1");
                } else {
                    spent(tenant, job, "1");
                    used(tenant, job, "1");
                }
                schedule.close();
                return true;
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(12);
        try {
            int admitted = 0;
            for (Future<Boolean> job : threads.invokeAll(jobs)) {
                admitted += job.get(60, TimeUnit.SECONDS) ? 1 : 0;
            }
            assertThat(admitted).isEqualTo(limit);
            assertThat(taken(tenant)).isEqualTo("25 0 0");
        } finally {
            threads.shutdownNow();
        }
    }
}

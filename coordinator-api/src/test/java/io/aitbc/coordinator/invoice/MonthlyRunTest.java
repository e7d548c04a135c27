package io.aitbc.coordinator.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.RunningCoordinator;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Every tenant is invoiced once for a month, whoever else invoices it, whatever fails, and whatever comes late. */
class MonthlyRunTest extends RunningCoordinator {

    private static final YearMonth OCTOBER = YearMonth.of(2026, 10);
    /** October began with a change of clocks on Lord Howe Island, and ended just before one in New York. */
    private static final List<String> ZONES = List.of("UTC", "Asia/Kolkata", "Australia/Lord_Howe", "America/New_York");

    @Autowired
    private MonthlyRun monthly;

    @Autowired
    private RunDesk desk;

    @Autowired
    private BillingRuns runs;

    @Autowired
    private DueTenants due;

    @BeforeEach
    void octoberIsOverForAFewDays() {
        clock.set(Instant.parse("2026-11-05T12:00:00Z"));
        jdbc.sql("DELETE FROM usage_watermarks").update();
    }

    @Test
    void everybodyGetsOneInvoiceThoughTwoReplicasRunAtOnce() throws Exception {
        List<String> tenants = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String zone = ZONES.get(i % ZONES.size());
            String tenant = tenant("USD", zone);
            tenants.add(tenant);
            BillingPeriod october = BillingPeriod.month(OCTOBER, ZoneId.of(zone));
            usage("[" + at(tenant, october.start().minus(1, ChronoUnit.MICROS), 1) + ","
                    + at(tenant, october.start(), 2)
                    + "," + at(tenant, october.end().minus(1, ChronoUnit.MICROS), 4) + ","
                    + at(tenant, october.end(), 8) + "]");
        }
        BillingRun run = ask("2026-10", true);
        CyclicBarrier together = new CyclicBarrier(2);
        ExecutorService replicas = Executors.newFixedThreadPool(2);
        try {
            List<CompletableFuture<Void>> both = new ArrayList<>();
            for (int replica = 0; replica < 2; replica++) {
                AtomicInteger calls = new AtomicInteger();
                both.add(CompletableFuture.runAsync(
                        () -> monthly.run(run, () -> {
                            if (calls.incrementAndGet() == 2) {
                                meet(together);
                            }
                        }),
                        replicas));
            }
            for (CompletableFuture<Void> one : both) {
                one.get(120, TimeUnit.SECONDS);
            }
        } finally {
            replicas.shutdownNow();
        }
        for (String tenant : tenants) {
            List<JsonNode> invoices = invoices(tenant);
            assertThat(invoices).as(tenant).hasSize(1);
            assertThat(invoices.get(0).path("status").asText()).isEqualTo("FINALIZED");
            assertThat(quantity(invoices.get(0))).isEqualByComparingTo("6");
        }
        assertThat(told(run).path("state").asText()).isEqualTo("DONE");
        assertThat(told(run).path("invoices").asInt()).isGreaterThanOrEqualTo(30);
        assertThat(jdbc.sql("""
                        SELECT count(*) = max(n.last) AND count(DISTINCT number) = count(*)
                        FROM invoices i, invoice_numbers n
                        WHERE i.number LIKE 'INV-2026-%' AND n.series = 'INV' AND n.year = 2026
                        """).query(Boolean.class).single())
                .as("numbers have no gaps")
                .isTrue();
        assertThat(audited("invoice.finalize", invoices(tenants.get(0)).get(0))).isEqualTo("system");
    }

    @Test
    void theMinersPartIsWrittenWithTheInvoice() {
        String tenant = tenant();
        usage("[" + by("m-2", at(tenant, Instant.parse("2026-10-10T00:00:00Z"), 5)) + ","
                + by("m-1", at(tenant, Instant.parse("2026-10-11T00:00:00Z"), 7)) + ","
                + at(tenant, Instant.parse("2026-10-12T00:00:00Z"), 100) + "]");
        monthly.run(ask("2026-10", true), () -> {});
        assertThat(jdbc.sql("""
                        SELECT concat_ws(' ', entry, miner_id, kind, resource_type, trim_scale(quantity), currency,
                            trim_scale(charge), trim_scale(payout))
                        FROM payout_entries WHERE tenant_id = :tenant AND about = invoice_id ORDER BY entry
                        """).param("tenant", tenant).query(String.class).list())
                .containsExactly("1 m-1 WORK gpu_hours 7 USD 3.5 2.8", "2 m-2 WORK gpu_hours 5 USD 2.5 2");
    }

    @Test
    void oneTenantsFailureStopsNobodyAndIsMadeUpForByTheNextRun() {
        String before = tenant();
        String broken = tenant("HUF", "UTC");
        String after = tenant();
        for (String tenant : List.of(before, broken, after)) {
            usage(event(unique("e"), tenant, "gpu_hours", "3").replace("2026-04-22", "2026-10-22"));
        }
        BillingRun run = ask("2026-10", true);
        monthly.run(run, () -> {});
        assertThat(invoices(before)).hasSize(1);
        assertThat(invoices(after)).hasSize(1);
        assertThat(invoices(broken)).isEmpty();
        assertThat(failure(run, broken)).isEqualTo("no-price");

        post(OPERATOR, "/api/price-plans/default/versions", """
                {"currency": "HUF", "valid_from": "1970-01-01T00:00:00Z",
                 "rates": [{"resource_type": "gpu_hours", "unit_price": 5}]}""");
        BillingRun again = ask("2026-10", true);
        assertThat(again.runId()).as("there is one run of a month").isEqualTo(run.runId());
        monthly.run(again, () -> {});
        assertThat(invoices(broken)).hasSize(1);
        assertThat(invoices(before)).hasSize(1);
        assertThat(failure(run, broken)).isEmpty();
    }

    @Test
    void whatArrivesBetweenTheSumsAndTheInvoiceIsOnIt() {
        String tenant = tenant();
        usage(at(tenant, Instant.parse("2026-10-10T00:00:00Z"), 5));
        AtomicInteger calls = new AtomicInteger();
        monthly.run(ask("2026-10", true), () -> {
            // The first call is before the sums.
            if (calls.incrementAndGet() == 2) {
                usage(at(tenant, Instant.parse("2026-10-11T00:00:00Z"), 7));
            }
        });
        assertThat(calls).hasValueGreaterThan(1);
        assertThat(quantity(invoices(tenant).get(0))).isEqualByComparingTo("12");
    }

    @Test
    void whatIsLeftOfAMonthIsInvoicedAndDraftsWithinItAreFinalized() {
        String tenant = tenant();
        for (int day = 1; day <= 31; day++) {
            usage(at(tenant, Instant.parse("2026-10-%02dT12:00:00Z".formatted(day)), 1));
        }
        String byHand = draft(tenant, "2026-10-10", "2026-10-20");
        assertThat(post(OPERATOR, "/api/billing/invoices/" + byHand + "/finalize", "{}")
                        .status())
                .isEqualTo(200);
        String draft = draft(tenant, "2026-10-25", "2026-10-26");
        monthly.run(ask("2026-10", true), () -> {});
        assertThat(invoices(tenant))
                .extracting(invoice -> invoice.path("period_start").asText().substring(8, 10) + " "
                        + invoice.path("status").asText() + " "
                        + quantity(invoice).intValue())
                .containsExactlyInAnyOrder(
                        "01 FINALIZED 9", "10 FINALIZED 10", "20 FINALIZED 5", "25 FINALIZED 1", "26 FINALIZED 6");
        assertThat(get(OPERATOR, "/api/billing/invoices/" + draft)
                        .body()
                        .path("status")
                        .asText())
                .isEqualTo("FINALIZED");
    }

    @Test
    void aDraftThatReachesBeyondTheMonthIsLeftToWhoeverMadeIt() {
        String tenant = tenant();
        usage(at(tenant, Instant.parse("2026-10-30T12:00:00Z"), 1));
        String draft = draft(tenant, "2026-10-15", "2026-11-15");
        BillingRun run = ask("2026-10", true);
        monthly.run(run, () -> {});
        assertThat(failure(run, tenant)).isEqualTo("draft-overlaps");
        assertThat(post(OPERATOR, "/api/billing/invoices/" + draft + "/void", "{\"reason\": \"by mistake\"}")
                        .status())
                .isEqualTo(200);
        monthly.run(ask("2026-10", true), () -> {});
        assertThat(invoices(tenant))
                .extracting(invoice -> invoice.path("status").asText())
                .containsExactlyInAnyOrder("VOID", "FINALIZED");
        assertThat(failure(run, tenant)).isEmpty();
    }

    @Test
    void whoUsedNothingAndPromisedNothingGetsNoInvoice() {
        String idle = tenant();
        String undone = tenant();
        String id = unique("e");
        usage(event(id, undone, "gpu_hours", "5").replace("2026-04-22", "2026-10-22"));
        usage(event(unique("e"), undone, "gpu_hours", "-5", ", \"reverses\": \"" + id + "\"")
                .replace("2026-04-22", "2026-10-22"));
        String plan = committedPlan();
        String committed = tenant();
        String closed = tenant();
        for (String tenant : List.of(committed, closed)) {
            jdbc.sql("UPDATE tenants SET price_plan = :plan, created_at = '2026-01-01' WHERE tenant_id = :tenant")
                    .param("plan", plan)
                    .param("tenant", tenant)
                    .update();
        }
        jdbc.sql("UPDATE tenants SET status = 'CLOSED', closed_at = '2026-09-15' WHERE tenant_id = :tenant")
                .param("tenant", closed)
                .update();
        monthly.run(ask("2026-10", true), () -> {});
        assertThat(invoices(idle)).isEmpty();
        assertThat(invoices(undone)).isEmpty();
        assertThat(invoices(closed)).as("closed before the month began").isEmpty();
        assertThat(invoices(committed)).hasSize(1);
        assertThat(invoices(committed).get(0).path("total").decimalValue()).isEqualByComparingTo("25");
    }

    @Test
    void whoUsesNothingAnyMoreIsStillInvoicedWhatCameLate() {
        String tenant = tenant();
        usage(at(tenant, Instant.parse("2026-09-10T00:00:00Z"), 5));
        monthly.run(ask("2026-09", true), () -> {});
        usage(at(tenant, Instant.parse("2026-09-11T00:00:00Z"), 2));
        monthly.run(ask("2026-10", true), () -> {});
        List<JsonNode> invoices = invoices(tenant);
        assertThat(invoices).hasSize(2);
        assertThat(quantity(invoices.get(1))).isEqualByComparingTo("2");
        assertThat(isDue(tenant, OCTOBER)).isFalse();
    }

    @Test
    void aMonthIsADraftAtFirstAndFinalizedAfterThreeDaysAndMonthsThatWereMissedAreMadeUpFor() {
        String tenant = tenant();
        usage(at(tenant, Instant.parse("2026-08-10T00:00:00Z"), 5));
        usage(at(tenant, Instant.parse("2026-10-10T00:00:00Z"), 7));
        clock.set(Instant.parse("2026-11-03T23:59:59Z"));
        scheduled();
        assertThat(invoices(tenant))
                .extracting(invoice -> invoice.path("period_start").asText().substring(0, 7) + " "
                        + invoice.path("status").asText())
                .containsExactlyInAnyOrder("2026-08 FINALIZED", "2026-10 DRAFT");
        clock.set(Instant.parse("2026-11-04T00:00:00Z"));
        scheduled();
        assertThat(invoices(tenant))
                .extracting(invoice -> invoice.path("period_start").asText().substring(0, 7) + " "
                        + invoice.path("status").asText())
                .containsExactlyInAnyOrder("2026-08 FINALIZED", "2026-10 FINALIZED");
        assertThat(isDue(tenant, OCTOBER)).isFalse();
    }

    @Test
    void usageThatIsStillOnItsWayIsWaitedFor() {
        String tenant = tenant();
        usage(at(tenant, Instant.parse("2026-10-10T00:00:00Z"), 5));
        post(SERVICE, "/api/billing/watermarks", """
                {"source": "pool-1", "complete_through": "2026-10-31T23:00:00Z"}""");
        BillingRun run = ask("2026-10", true);
        monthly.run(run, () -> {});
        assertThat(failure(run, tenant)).isEqualTo("usage-incomplete");
        post(SERVICE, "/api/billing/watermarks", """
                {"source": "pool-1", "complete_through": "2026-11-01T00:00:00Z"}""");
        monthly.run(ask("2026-10", true), () -> {});
        assertThat(invoices(tenant)).hasSize(1);
    }

    @Test
    void tenantsWhoseMonthIsNotOverAreReported() {
        clock.set(Instant.parse("2026-10-31T20:00:00Z"));
        String east = tenant("USD", "Asia/Kolkata");
        String west = tenant("USD", "America/New_York");
        usage(at(east, Instant.parse("2026-10-10T00:00:00Z"), 5));
        usage(at(west, Instant.parse("2026-10-10T00:00:00Z"), 5));
        BillingRun run = ask("2026-10", true);
        monthly.run(run, () -> {});
        assertThat(invoices(east)).hasSize(1);
        assertThat(invoices(west)).isEmpty();
        assertThat(failure(run, west)).isEqualTo("month-not-over");
    }

    @Test
    void onlyOperatorsAskAndOnlyForMonthsThatAreOver() {
        assertThat(post(OPERATOR, "/api/billing/runs", "{\"month\": \"2026-12\"}")
                        .problem())
                .isEqualTo("month-not-over");
        assertThat(post(OPERATOR, "/api/billing/runs", "{\"month\": \"2026-13\"}")
                        .status())
                .isEqualTo(422);
        assertThat(post(OPERATOR, "/api/billing/runs", "{\"month\": \"1999-12\"}")
                        .problem())
                .isEqualTo("month-out-of-range");
        assertThat(post(SERVICE, "/api/billing/runs", "{\"month\": \"2026-10\"}")
                        .status())
                .isEqualTo(403);
        assertThat(get(keyOf(tenant()), "/api/billing/runs").status()).isEqualTo(403);
        assertThat(get(VIEWER, "/api/billing/runs/00000000-0000-0000-0000-000000000001")
                        .status())
                .isEqualTo(404);
        BillingRun drafts = ask("2026-07", false);
        assertThat(told(drafts).path("finalize").asBoolean(true)).isFalse();
        assertThat(get(VIEWER, "/api/billing/runs").body().path("items"))
                .anyMatch(run -> run.path("month").asText().equals("2026-07"));
        assertThat(jdbc.sql("SELECT count(*) FROM audit_log WHERE action = 'invoice.run' AND subject = :id")
                        .param("id", drafts.runId().toString())
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException
                | java.util.concurrent.BrokenBarrierException
                | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The hourly look, and then the work that it asked for. */
    private void scheduled() {
        desk.askForDue();
        runs.running().forEach(run -> monthly.run(run, () -> {}));
    }

    private BillingRun ask(String month, boolean finalize) {
        Answer answer =
                post(OPERATOR, "/api/billing/runs", "{\"month\": \"%s\", \"finalize\": %s}".formatted(month, finalize));
        assertThat(answer.status()).isEqualTo(202);
        String id = answer.body().path("run_id").asText();
        return runs.running().stream()
                .filter(run -> run.runId().toString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode told(BillingRun run) {
        return get(VIEWER, "/api/billing/runs/" + run.runId()).body();
    }

    /** The code with which a tenant failed; empty if it did not. */
    private String failure(BillingRun run, String tenant) {
        for (JsonNode failure : told(run).path("failures")) {
            if (failure.path("tenant_id").asText().equals(tenant)) {
                return failure.path("code").asText();
            }
        }
        return "";
    }

    @Test
    void whatWasTakenBackIsCreditedAlsoToTenantsThatUseNothingMore() {
        String tenant = tenant();
        usage(event("wrong-" + tenant, tenant, "gpu_hours", "3").replace("2026-04-22", "2026-10-22"));
        monthly.run(ask("2026-10", true), () -> {});
        usage("""
                {"event_id": "back-%s", "source": "pool-1", "tenant_id": "%s", "resource_type": "gpu_hours",
                 "reverses": "wrong-%s", "occurred_at": "2026-10-22T10:30:00Z"}""".formatted(tenant, tenant, tenant));
        clock.set(Instant.parse("2026-12-05T12:00:00Z"));
        BillingRun november = ask("2026-11", true);
        monthly.run(november, () -> {});
        monthly.run(november, () -> {});
        assertThat(invoices(tenant))
                .extracting(invoice -> invoice.path("kind").asText() + " "
                        + invoice.path("total").decimalValue().stripTrailingZeros() + " "
                        + invoice.path("status").asText())
                .containsExactlyInAnyOrder("INVOICE 1.5 PAID", "CREDIT_NOTE -1.5 PAID");
        assertThat(isDue(tenant, YearMonth.of(2026, 11))).isFalse();
    }

    @Test
    void anEpisodeThatIsReportedAfterTheLastInvoiceIsCreditedAlsoToTenantsThatUseNothingMore() {
        String tenant = tenant();
        String miner = unique("m");
        usage(by(miner, at(tenant, Instant.parse("2026-09-10T00:00:00Z"), 40)));
        monthly.run(ask("2026-09", true), () -> {});
        assertThat(isDue(tenant, OCTOBER)).isFalse();
        clock.advance(java.time.Duration.ofMinutes(1));
        assertThat(post(SERVICE, "/api/billing/sla-episodes", """
                {"source": "pool-1", "episodes": [
                 {"episode_id": "%s", "revision": 1, "status": "RESOLVED", "miner_id": "%s", "metric": "uptime_pct",
                  "threshold": 95, "worst": 99, "severity": "high", "started_at": "2026-09-01T00:00:00Z",
                  "ended_at": "2026-09-09T00:00:00Z"},
                 {"episode_id": "%s", "revision": 1, "status": "RESOLVED", "miner_id": "%s", "metric": "uptime_pct",
                  "threshold": 95, "worst": 80, "severity": "high", "started_at": "2026-09-09T00:00:00Z",
                  "ended_at": "2026-09-11T00:00:00Z"}]}""".formatted(
                                        java.util.UUID.randomUUID(), miner, java.util.UUID.randomUUID(), miner))
                        .status())
                .isEqualTo(200);
        assertThat(isDue(tenant, OCTOBER)).isTrue();
        monthly.run(ask("2026-10", true), () -> {});
        assertThat(invoices(tenant))
                .extracting(invoice -> invoice.path("period_start").asText().substring(0, 7) + " "
                        + invoice.path("total")
                                .decimalValue()
                                .stripTrailingZeros()
                                .toPlainString())
                .containsExactlyInAnyOrder("2026-09 20", "2026-10 -5");
        assertThat(isDue(tenant, OCTOBER)).isFalse();
    }

    @Test
    void aCommitmentThatIsOverMakesNobodyDue() {
        String plan = committedPlan();
        jdbc.sql("""
                INSERT INTO price_versions (plan, currency, valid_from, minimum_commitment, waived_outcomes, sla_credits)
                VALUES (:plan, 'USD', '2026-09-15T00:00:00Z', 0, '{}', '[]'), (:plan, 'USD', '2026-11-15T00:00:00Z', 25, '{}', '[]')
                """).param("plan", plan).update();
        String tenant = tenant();
        jdbc.sql("UPDATE tenants SET price_plan = :plan, created_at = '2026-01-01' WHERE tenant_id = :tenant")
                .param("plan", plan)
                .param("tenant", tenant)
                .update();
        clock.set(Instant.parse("2027-01-05T12:00:00Z"));
        assertThat(isDue(tenant, YearMonth.of(2026, 9)))
                .as("in force as it began")
                .isTrue();
        assertThat(isDue(tenant, OCTOBER)).isFalse();
        assertThat(isDue(tenant, YearMonth.of(2026, 11)))
                .as("it begins within the month, which has none")
                .isFalse();
        assertThat(isDue(tenant, YearMonth.of(2026, 12))).isTrue();
    }

    @Test
    void whatWasLookedAtAndCameToNothingIsNotLookedAtForEver() {
        String tenant = tenant();
        String miner = unique("m");
        usage(by(miner, at(tenant, Instant.parse("2026-09-10T00:00:00Z"), 40)));
        monthly.run(ask("2026-09", true), () -> {});
        String id = unique("e");
        usage(event(id, tenant, "gpu_hours", "5").replace("2026-04-22", "2026-09-22"));
        usage(event(unique("e"), tenant, "gpu_hours", "-5", ", \"reverses\": \"" + id + "\"")
                .replace("2026-04-22", "2026-09-22"));
        // Of a time in which the miner did nothing for the tenant.
        post(SERVICE, "/api/billing/sla-episodes", """
                {"source": "pool-1", "episodes": [
                 {"episode_id": "%s", "revision": 1, "status": "RESOLVED", "miner_id": "%s", "metric": "uptime_pct",
                  "threshold": 95, "worst": 80, "severity": "high", "started_at": "2026-09-20T00:00:00Z",
                  "ended_at": "2026-09-21T00:00:00Z"}]}""".formatted(java.util.UUID.randomUUID(), miner));
        assertThat(isDue(tenant, OCTOBER)).isTrue();
        clock.advance(java.time.Duration.ofHours(2));
        monthly.run(ask("2026-10", true), () -> {});
        assertThat(invoices(tenant)).hasSize(1);
        assertThat(isDue(tenant, OCTOBER)).isFalse();

        usage(at(tenant, Instant.parse("2026-09-23T00:00:00Z"), 2));
        assertThat(isDue(tenant, OCTOBER)).as("what comes later counts").isTrue();
    }

    @Test
    void anEpisodeThatWasCommittedWhileTheLastInvoiceWasComputedIsFound() {
        String tenant = tenant();
        String miner = unique("m");
        usage(by(miner, at(tenant, Instant.parse("2026-09-10T00:00:00Z"), 40)));
        monthly.run(ask("2026-09", true), () -> {});
        post(SERVICE, "/api/billing/sla-episodes", """
                {"source": "pool-1", "episodes": [
                 {"episode_id": "%s", "revision": 1, "status": "RESOLVED", "miner_id": "%s", "metric": "uptime_pct",
                  "threshold": 95, "worst": 80, "severity": "high", "started_at": "2026-09-09T00:00:00Z",
                  "ended_at": "2026-09-11T00:00:00Z"}]}""".formatted(java.util.UUID.randomUUID(), miner));
        // Its time was taken before the invoice's.
        jdbc.sql("UPDATE sla_episodes SET received_at = received_at - interval '10 seconds' WHERE miner_id = :miner")
                .param("miner", miner)
                .update();
        assertThat(isDue(tenant, OCTOBER)).isTrue();
    }

    private boolean isDue(String tenant, YearMonth month) {
        return due.find(Set.of(DueTenants.Window.of(month, ZoneId.of("UTC"), clock.instant())), true).stream()
                .anyMatch(one -> one.tenantId().equals(tenant));
    }

    private String draft(String tenant, String start, String end) {
        return post(OPERATOR, "/api/billing/invoice", """
                        {"tenant_id": "%s", "period_start": "%s", "period_end": "%s"}""".formatted(tenant, start, end))
                .body()
                .path("invoice_id")
                .asText();
    }

    private List<JsonNode> invoices(String tenant) {
        List<JsonNode> found = new ArrayList<>();
        get(VIEWER, "/api/billing/invoices?tenant_id=" + tenant)
                .body()
                .path("items")
                .forEach(found::add);
        return found;
    }

    private static BigDecimal quantity(JsonNode invoice) {
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode line : invoice.path("lines")) {
            sum = sum.add(line.path("quantity").decimalValue());
        }
        return sum;
    }

    private String audited(String action, JsonNode invoice) {
        return jdbc.sql("SELECT actor FROM audit_log WHERE action = :action AND subject = :id")
                .param("action", action)
                .param("id", invoice.path("invoice_id").asText())
                .query(String.class)
                .single();
    }

    private String committedPlan() {
        String plan = unique("committed");
        jdbc.sql("""
                WITH plan AS (INSERT INTO price_plans (plan, currency) VALUES (:plan, 'USD') RETURNING plan, currency)
                INSERT INTO price_versions (plan, currency, valid_from, minimum_commitment, waived_outcomes, sla_credits)
                SELECT plan, currency, timestamptz '1970-01-01 00:00:00Z', 25, '{}', '[]' FROM plan
                """).param("plan", plan).update();
        return plan;
    }

    private static String by(String miner, String event) {
        return event.replace("{", "{\"miner_id\": \"" + miner + "\", ");
    }

    private static String at(String tenant, Instant time, int quantity) {
        return event(unique("e"), tenant, "gpu_hours", Integer.toString(quantity))
                .replace("2026-04-22T10:30:00Z", time.toString());
    }
}

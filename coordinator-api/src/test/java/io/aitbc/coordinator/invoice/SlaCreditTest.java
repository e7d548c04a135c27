package io.aitbc.coordinator.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Credits on invoices. GPU hours cost 0.50 until 1 March, then 0.80; uptime below 95 gives 10 %, below 85.5 it gives 25 %. */
class SlaCreditTest extends InvoiceScene {

    @Test
    void theMinersChargesInTheWindowAreCreditedAndTheMinerBearsIt() {
        String miner = unique("miner");
        String tenant = tenantOn(risingPrices());
        worked(tenant, miner, "2026-03-10T08:00:00Z", "2026-03-10T12:00:00Z", "40", 10);
        worked(tenant, miner, "2026-03-20T08:00:00Z", "2026-03-20T12:00:00Z", "40", 10);
        worked(tenant, unique("miner"), "2026-03-10T08:00:00Z", "2026-03-10T12:00:00Z", "40", 10);
        UUID episode = breach(miner, "90", "2026-03-10T10:00:00Z", "2026-03-11T00:00:00Z");
        JsonNode invoice = finalized(tenant, MARCH);
        JsonNode credit = line(invoice, "SLA_CREDIT").orElseThrow();
        // Half of the 40 hours at 0.80 were worked in the window: 16.00, of which 10 %.
        assertThat(credit.path("amount").decimalValue()).isEqualByComparingTo("-1.60");
        assertThat(credit.path("evidence").path("episode_id").asText()).isEqualTo(episode.toString());
        assertThat(credit.path("description").asText())
                .contains(miner, "10 %", "2026-03-10 10:00 Z to 2026-03-11 00:00 Z");
        assertThat(invoice.path("total").decimalValue()).isEqualByComparingTo("94.40");
        JsonNode total = get(VIEWER, "/api/payouts?miner_id=" + miner + "&period=" + MARCH)
                .body()
                .path("totals")
                .path(0);
        assertThat(total.path("charged").decimalValue()).isEqualByComparingTo("64.00");
        assertThat(total.path("credits").decimalValue()).isEqualByComparingTo("1.60");
        assertThat(total.path("payout").decimalValue()).isEqualByComparingTo("49.60");
        assertThat(total.path("margin").decimalValue()).isEqualByComparingTo("12.80");
    }

    @Test
    void excusedEpisodesGiveNone() {
        String miner = unique("miner");
        String tenant = tenantOn(risingPrices());
        worked(tenant, miner, "2026-03-10T08:00:00Z", "2026-03-10T12:00:00Z", "4", 1);
        UUID episode = breach(miner, "60", "2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z");
        assertThat(line(draft(tenant, MARCH), "SLA_CREDIT")).isPresent();
        report(episode, 2, "EXCUSED", miner, "60", "2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z");
        assertThat(line(draft(tenant, MARCH), "SLA_CREDIT")).isEmpty();
    }

    @Test
    void anEpisodeThatIsReportedLateIsCreditedOnceOnTheNextInvoice() {
        String miner = unique("miner");
        String tenant = tenantOn(risingPrices());
        worked(tenant, miner, "2026-02-27T00:00:00Z", "2026-02-28T12:00:00Z", "36", 1);
        worked(tenant, miner, "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "24", 1);
        JsonNode february = finalized(tenant, FEBRUARY);
        assertThat(february.path("total").decimalValue()).isEqualByComparingTo("18.00");
        breach(miner, "80", "2026-02-28T00:00:00Z", "2026-03-02T00:00:00Z");
        JsonNode march = finalized(tenant, MARCH);
        List<String> credits = new ArrayList<>();
        for (JsonNode line : march.path("lines")) {
            if (line.path("kind").asText().equals("SLA_CREDIT")) {
                credits.add(line.path("amount").decimalValue() + " "
                        + line.path("prior").path("prior_invoice").asText("own"));
            }
        }
        // A third of February's 18.00 and all of March's 19.20 were worked in the window, and 25 % of it come back.
        assertThat(credits)
                .containsExactly("-1.50 " + february.path("invoice_id").asText(), "-4.80 own");
        clock.advance(Duration.ofDays(20));
        assertThat(finalized(tenant, APRIL).path("lines")).isEmpty();
    }

    @Test
    void aCreditForWorkThatIsTakenBackIsTakenBackToTenantAndMiner() {
        String miner = unique("miner");
        String tenant = tenantOn(risingPrices());
        String wrong = worked(tenant, miner, "2026-03-10T08:00:00Z", "2026-03-10T12:00:00Z", "40", 10);
        worked(tenant, unique("miner"), "2026-03-10T08:00:00Z", "2026-03-10T12:00:00Z", "40", 10);
        breach(miner, "80", "2026-03-10T08:00:00Z", "2026-03-10T12:00:00Z");
        JsonNode march = finalized(tenant, MARCH);
        assertThat(march.path("total").decimalValue()).isEqualByComparingTo("56.00");
        assertThat(usage("""
                        {"event_id": "%s", "source": "pool-1", "tenant_id": "%s", "resource_type": "gpu_hours",
                         "reverses": "%s", "occurred_at": "2026-03-10T12:00:00Z"}""".formatted(unique("back"), tenant, wrong))
                        .body()
                        .path("accepted")
                        .asInt())
                .isEqualTo(1);
        Answer note = post(
                OPERATOR,
                "/api/billing/invoices/" + march.path("invoice_id").asText() + "/credit-notes",
                "{\"reason\": \"it did not run\"}");
        // 32.00 of work come back, less the 8.00 that were credited for it: the other miner's work stays charged in
        // full.
        assertThat(note.body().path("total").decimalValue())
                .as(note.response().body())
                .isEqualByComparingTo("-24.00");
        JsonNode back = line(note.body(), "SLA_CREDIT").orElseThrow();
        assertThat(back.path("amount").decimalValue()).isEqualByComparingTo("8.00");
        JsonNode total = get(VIEWER, "/api/payouts?miner_id=" + miner + "&period=" + MARCH)
                .body()
                .path("totals")
                .path(0);
        for (String figure : List.of("charged", "credits", "payout", "margin")) {
            assertThat(total.path(figure).decimalValue()).as(figure).isEqualByComparingTo("0");
        }
        // What really ran comes later, and is credited like all work in the episode.
        worked(tenant, miner, "2026-03-10T08:00:00Z", "2026-03-10T12:00:00Z", "20", 5);
        clock.advance(Duration.ofDays(20));
        JsonNode april = finalized(tenant, APRIL);
        assertThat(line(april, "SLA_CREDIT").orElseThrow().path("amount").decimalValue())
                .isEqualByComparingTo("-4.00");
        assertThat(april.path("total").decimalValue()).isEqualByComparingTo("12.00");
    }

    @Test
    void ofAnEarlierPeriodNoMoreIsCreditedThanStillStands() {
        String miner = unique("miner");
        String tenant = tenantOn(risingPrices());
        worked(tenant, miner, "2026-02-27T00:00:00Z", "2026-02-27T20:00:00Z", "20", 1);
        String february = finalized(tenant, FEBRUARY).path("invoice_id").asText();
        send(
                OPERATOR,
                "POST",
                "/api/billing/invoices/" + february + "/credit-notes",
                "{\"reason\": \"sorry\", \"amount\": 9.30}",
                "application/json",
                "Idempotency-Key",
                "gift");
        breach(miner, "90", "2026-02-27T00:00:00Z", "2026-02-28T00:00:00Z");
        JsonNode credit = line(finalized(tenant, MARCH), "SLA_CREDIT").orElseThrow();
        // 10 % of 10.00 would be 1.00, but only 0.70 were not given back before.
        assertThat(credit.path("amount").decimalValue()).isEqualByComparingTo("-0.70");
        JsonNode total = get(VIEWER, "/api/payouts?miner_id=" + miner + "&period=" + FEBRUARY)
                .body()
                .path("totals")
                .path(0);
        assertThat(total.path("credits").decimalValue()).isEqualByComparingTo("0.70");
    }

    @Test
    void aCreditThatWasTakenBackElsewhereIsNotWithdrawnToo() {
        String miner = unique("miner");
        String tenant = tenantOn(risingPrices());
        String wrong = worked(tenant, miner, "2026-02-27T00:00:00Z", "2026-02-27T20:00:00Z", "200", 10);
        String february = finalized(tenant, FEBRUARY).path("invoice_id").asText();
        worked(tenant, unique("miner"), "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", "24", 1);
        breach(miner, "90", "2026-02-27T00:00:00Z", "2026-02-28T00:00:00Z");
        JsonNode march = finalized(tenant, MARCH);
        assertThat(march.path("total").decimalValue()).isEqualByComparingTo("9.20");
        clock.advance(Duration.ofMinutes(1));
        takeBack(tenant, wrong, "2026-02-27T20:00:00Z");
        JsonNode note = post(
                        OPERATOR,
                        "/api/billing/invoices/" + february + "/credit-notes",
                        "{\"reason\": \"it did not run\"}")
                .body();
        assertThat(note.path("total").decimalValue()).isEqualByComparingTo("-90.00");

        Answer refused = post(
                OPERATOR,
                "/api/billing/invoices/" + march.path("invoice_id").asText() + "/void",
                "{\"reason\": \"wrong address\"}");
        assertThat(refused.problem()).isEqualTo("invoice-has-corrections");
        assertThat(refused.body().path("detail").asText())
                .contains(note.path("number").asText());
    }

    private String worked(String tenant, String miner, String from, String to, String hours, int gpus) {
        String id = unique("e");
        Answer answer = usage("""
                {"event_id": "%s", "source": "pool-1", "tenant_id": "%s", "resource_type": "gpu_hours", "quantity": %s,
                 "miner_id": "%s", "period_start": "%s", "period_end": "%s", "occurred_at": "%s",
                 "metadata": {"gpu_count": %d}}""".formatted(id, tenant, hours, miner, from, to, to, gpus));
        assertThat(answer.body().path("accepted").asInt())
                .as(answer.response().body())
                .isEqualTo(1);
        return id;
    }

    private UUID breach(String miner, String worst, String from, String to) {
        UUID id = UUID.randomUUID();
        report(id, 1, "RESOLVED", miner, worst, from, to);
        return id;
    }

    private void report(UUID id, int revision, String status, String miner, String worst, String from, String to) {
        String excuse = status.equals("EXCUSED")
                ? ", \"excuse_reason\": \"agreed\", \"excused_by\": \"op\", \"excused_at\": \"" + to + "\""
                : "";
        Answer answer = post(SERVICE, "/api/billing/sla-episodes", """
                {"source": "pool-1", "episodes": [{"episode_id": "%s", "revision": %d, "status": "%s", "miner_id": "%s",
                 "metric": "uptime_pct", "threshold": 95, "worst": %s, "severity": "high", "started_at": "%s",
                 "ended_at": "%s"%s}]}""".formatted(
                        id, revision, status, miner, worst, from, to, excuse));
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        assertThat(answer.response().body()).contains("ACCEPTED");
    }
}

package io.aitbc.poolhub.usage;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What waits is not what is lost: only a ledger that contradicts the other is out of balance. */
class ReconciliationTest extends UsageTest {

    private static final Instant AT = NOW.minusSeconds(60);

    private final MeterRegistry meters = new SimpleMeterRegistry();

    @Autowired
    Reconciliation reconciliation;

    @Test
    void whatWaitsIsToldButIsNoDifference() {
        List<UUID> events = given(List.of(
                fact(AT, "t-1", "1.5"),
                fact(AT, "t-1", "2"),
                fact(NOW.minusSeconds(3_700), "t-2", "7"),
                fact(AT, "t-3", "3")));
        become("ACKNOWLEDGED", events.get(0), events.get(3));
        coordinatorHolds(row("t-1", 1, "1.5") + "," + row("t-3", 1, "3.00"));

        JsonNode report = reconcile();

        assertThat(report.path("balanced").asBoolean()).as(report.toString()).isTrue();
        assertThat(report.path("differences")).isEmpty();
        assertThat(report.path("pending_events").asInt()).isEqualTo(2);
        assertThat(report.path("parked_events").asInt()).isZero();
        assertThat(report.path("hub").path("count").asInt()).isEqualTo(2);
        assertThat(report.path("hub").path("quantity").decimalValue()).isEqualByComparingTo("4.5");
        assertThat(report.path("unsettled")).hasSize(2);
        JsonNode first = report.path("unsettled").get(0);
        assertThat(first.path("tenant_id").asText()).isEqualTo("t-2");
        assertThat(first.path("hub_count").asInt()).isZero();
        assertThat(first.path("pending").asInt()).isEqualTo(1);
        assertThat(report.path("unsettled").get(1).path("hub_quantity").decimalValue())
                .isEqualByComparingTo("1.5");
    }

    @Test
    void whatTheCoordinatorHasButHasNotAcknowledgedYetIsNoDifference() {
        List<UUID> events = given(List.of(fact(AT, "t-1", "1"), fact(AT, "t-1", "2"), fact(AT, "t-1", "4")));
        become("ACKNOWLEDGED", events.get(0));
        coordinatorHolds(row("t-1", 2, "3"));
        assertThat(reconcile().path("balanced").asBoolean()).isTrue();
        coordinatorHolds(row("t-1", 3, "7"));
        assertThat(reconcile().path("balanced").asBoolean()).isTrue();
    }

    @Test
    void whatNoWaitingEventExplainsIsADifferenceAlsoWhileEventsWait() {
        List<UUID> events = given(List.of(fact(AT, "t-1", "1"), fact(AT, "t-1", "2"), fact(AT, "t-1", "4")));
        become("ACKNOWLEDGED", events.get(0));
        for (String contradiction : List.of(
                row("t-1", 0, "0"), // the acknowledged one is missing there
                row("t-1", 1, "1.00000001"), // the same events, another sum
                row("t-1", 2, "0.5"), // more events, but less than is acknowledged
                row("t-1", 2, "8"), // more than all together
                row("t-1", 3, "6"), // all events, another sum
                row("t-1", 4, "7"))) { // one that this hub never had
            coordinatorHolds(contradiction);
            JsonNode report = reconcile();
            assertThat(report.path("balanced").asBoolean()).as(contradiction).isFalse();
            assertThat(report.path("differences")).as(contradiction).hasSize(1);
            assertThat(report.path("differences").get(0).path("pending").asInt())
                    .isEqualTo(2);
            assertThat(report.path("unsettled")).isEmpty();
        }
    }

    @Test
    void parkedEventsAreCountedAndOwedByNobody() {
        List<UUID> events = given(List.of(fact(AT, "t-1", "1"), fact(AT, "t-1", "2")));
        become("ACKNOWLEDGED", events.get(0));
        become("PARKED", events.get(1));
        coordinatorHolds(row("t-1", 1, "1"));

        JsonNode report = reconcile();

        assertThat(report.path("balanced").asBoolean()).as(report.toString()).isTrue();
        assertThat(report.path("parked_events").asInt()).isEqualTo(1);
        assertThat(report.path("parked").asInt()).isEqualTo(1);
        assertThat(report.path("unsettled").get(0).path("parked").asInt()).isEqualTo(1);

        // It was refused; when the coordinator counts as much all the same, it has something else there.
        coordinatorHolds(row("t-1", 2, "3"));
        assertThat(reconcile().path("balanced").asBoolean()).isFalse();
    }

    @Test
    void whatIsAcknowledgedOrRecordedWhileTheCoordinatorAnswersIsNoDifference() {
        List<UUID> events = given(List.of(fact(AT, "t-1", "1")));
        LEDGER.meanwhile = () -> {
            become("ACKNOWLEDGED", events.get(0));
            become("ACKNOWLEDGED", given(List.of(fact(AT, "t-1", "2"))).get(0));
        };
        coordinatorHolds("");
        assertThat(reconcile().path("balanced").asBoolean()).isTrue();

        LEDGER.meanwhile = () -> given(List.of(fact(AT, "t-1", "4")));
        coordinatorHolds(row("t-1", 3, "7"));
        JsonNode report = reconcile();
        assertThat(report.path("balanced").asBoolean()).as(report.toString()).isTrue();
    }

    @Test
    void whatIsTakenBackIsReckonedWithExactly() {
        UsageFact first = fact(AT, "t-1", "3");
        UsageFact second = fact(AT, "t-1", "2");
        List<UUID> events = given(List.of(first, first.takenBack(), second, second.takenBack(), fact(AT, "t-1", "1")));
        become("ACKNOWLEDGED", events.get(0), events.get(1));
        coordinatorHolds(row("t-1", 2, "0"));
        JsonNode report = reconcile();
        assertThat(report.path("balanced").asBoolean()).as(report.toString()).isTrue();
        assertThat(report.path("hub").path("quantity").decimalValue()).isEqualByComparingTo("0");
        assertThat(report.path("hub").size())
                .as("a tally is told as it always was")
                .isEqualTo(2);
        // One more than is acknowledged: +2, -2 or +1; two more: +3, -1, 0; with all of them the sum is 1.
        for (String possible : List.of(
                row("t-1", 3, "2"), row("t-1", 3, "-2"), row("t-1", 4, "3"), row("t-1", 4, "-1"), row("t-1", 5, "1"))) {
            coordinatorHolds(possible);
            assertThat(reconcile().path("balanced").asBoolean()).as(possible).isTrue();
        }
        for (String impossible : List.of(
                row("t-1", 1, "3"), // what took it back is missing there
                row("t-1", 2, "3"),
                row("t-1", 2, "-0.00000001"),
                row("t-1", 3, "-2.5"), // less than all that waits can take back
                row("t-1", 3, "3.5"), // more than all that waits can give
                row("t-1", 5, "0"),
                row("t-1", 6, "1"))) {
            coordinatorHolds(impossible);
            assertThat(reconcile().path("balanced").asBoolean()).as(impossible).isFalse();
        }
        become("ACKNOWLEDGED", events.get(2), events.get(3), events.get(4));
        coordinatorHolds(row("t-1", 5, "1"));
        assertThat(reconcile().path("unsettled")).isEmpty();
        coordinatorHolds(row("t-1", 5, "5"));
        assertThat(reconcile().path("differences")).hasSize(1);
    }

    @Test
    void theLedgersAreComparedOnceAnHourAndAnAbsentCoordinatorIsAskedAgain() {
        become("ACKNOWLEDGED", given(List.of(fact(AT, "t-1", "1"))).get(0));
        coordinatorHolds(row("t-1", 2, "2"));
        ReconciliationSchedule schedule = new ReconciliationSchedule(reconciliation, clock, meters);

        schedule.look();

        assertThat(gauge("poolhub.billing.reconciliation.difference")).isEqualTo(1);
        assertThat(gauge("poolhub.billing.reconciliation.last.success.timestamp"))
                .isEqualTo(NOW.getEpochSecond());

        coordinatorHolds(row("t-1", 1, "1"));
        clock.advance(Duration.ofMinutes(59));
        schedule.look();
        assertThat(gauge("poolhub.billing.reconciliation.difference"))
                .as("not yet, and not because somebody asks about another period either")
                .isEqualTo(1);

        COORDINATOR.stubFor(get(urlPathEqualTo("/api/billing/usage/digest")).willReturn(serverError()));
        clock.advance(Duration.ofMinutes(1));
        schedule.look();
        assertThat(gauge("poolhub.billing.reconciliation.last.success.timestamp"))
                .as("that it cannot be known is no zero")
                .isEqualTo(NOW.getEpochSecond());
        assertThat(gauge("poolhub.billing.reconciliation.difference")).isEqualTo(1);

        breaker.reset();
        coordinatorHolds(row("t-1", 1, "1"));
        clock.advance(Duration.ofMinutes(5));
        schedule.look();
        assertThat(gauge("poolhub.billing.reconciliation.difference")).isZero();
        assertThat(gauge("poolhub.billing.reconciliation.last.success.timestamp"))
                .isEqualTo(NOW.plus(Duration.ofMinutes(65)).getEpochSecond());
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    private JsonNode reconcile() {
        Reply reply = viewerGets("/sla/billing/reconciliation");
        assertThat(reply.status()).as(reply.whole().body()).isEqualTo(200);
        return reply.body();
    }

    private void become(String state, UUID... events) {
        jdbc.sql("UPDATE usage_events SET state = :state WHERE event_id IN (:ids)")
                .param("state", state)
                .param("ids", List.of(events))
                .update();
    }

    private static String row(String tenant, int count, String quantity) {
        return """
                {"tenant_id":"%s","resource_type":"gpu_hours","hour":"%s","count":%d,"quantity":%s}""".formatted(
                        tenant,
                        AT.truncatedTo(java.time.temporal.ChronoUnit.HOURS),
                        count,
                        new BigDecimal(quantity).toPlainString());
    }

    private static void coordinatorHolds(String rows) {
        COORDINATOR.stubFor(get(urlPathEqualTo("/api/billing/usage/digest"))
                .willReturn(okJson("{\"rows\":[" + rows + "]}").withTransformers(LedgerDouble.NAME)));
    }
}

package io.aitbc.poolhub.usage;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.matchingJsonPath;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.status;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.aitbc.poolhub.coordinator.CoordinatorClient;
import io.aitbc.poolhub.coordinator.CoordinatorSettings;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Nothing is lost, nothing is sent as two, and one event that nobody takes does not stop the others. */
class SyncTest extends UsageTest {

    @Autowired
    SyncSchedule sync;

    @Autowired
    Outbox outbox;

    @Autowired
    CoordinatorClient client;

    @Autowired
    CoordinatorSettings settings;

    @Test
    void everythingIsSentInBatchesAndAcknowledged() {
        given(2_345);

        Reply reply = operatorPosts("/sla/billing/sync", "");

        assertThat(reply.status()).as(reply.whole().body()).isEqualTo(200);
        assertThat(reply.body().path("sent").asInt()).isEqualTo(2_345);
        assertThat(reply.body().path("accepted").asInt()).isEqualTo(2_345);
        assertThat(reply.body().path("remaining").asInt()).isZero();
        assertThat(count("ACKNOWLEDGED")).isEqualTo(2_345);
        COORDINATOR.verify(3, postRequestedFor(urlEqualTo("/api/billing/usage")));
        COORDINATOR.verify(postRequestedFor(urlEqualTo("/api/billing/usage"))
                .withHeader("Authorization", equalTo("Bearer service-key-for-tests"))
                .withRequestBody(matchingJsonPath("$[0].source", equalTo("pool-1")))
                .withRequestBody(matchingJsonPath("$[0].metadata.gpu_count", equalTo("2"))));
    }

    @Test
    void aSecondSyncChangesNothing() {
        given(5);
        operatorPosts("/v1/sla/billing/sync", "{}");
        Reply again = operatorPosts("/v1/sla/billing/sync", "{}");

        assertThat(again.body().path("sent").asInt()).isZero();
        assertThat(LEDGER.arrived).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void aSyncOfOneMinerAndOfRecentHoursLeavesTheRest() {
        given(List.of(fact(NOW.minus(Duration.ofHours(30)), "t-1", "1"), fact(NOW.minusSeconds(60), "t-1", "1")));

        assertThat(operatorPosts("/sla/billing/sync", "{\"miner_id\":\"m-2\",\"hours_back\":24}")
                        .body()
                        .path("sent")
                        .asInt())
                .isZero();
        assertThat(operatorPosts("/sla/billing/sync", "{\"miner_id\":\"m-1\",\"hours_back\":24}")
                        .body()
                        .path("sent")
                        .asInt())
                .isEqualTo(1);
        assertThat(count("PENDING")).isEqualTo(1);
    }

    static Stream<Arguments> failures() {
        String wrongIds = "{\"results\":[{\"index\":0,\"event_id\":\"" + UUID.randomUUID()
                + "\",\"verdict\":\"ACCEPTED\"},{\"index\":1,\"event_id\":\"x\",\"verdict\":\"ACCEPTED\"}]}";
        return Stream.of(
                Arguments.of("later than anyone waits", ok().withFixedDelay(5_000)),
                Arguments.of("an answer that drips", ok("x".repeat(100)).withChunkedDribbleDelay(20, 8_000)),
                Arguments.of("500", status(500)),
                Arguments.of("503", status(503).withHeader("Retry-After", "7")),
                Arguments.of("429", status(429)),
                Arguments.of("401", status(401)),
                Arguments.of("403", status(403)),
                Arguments.of("404", status(404).withBody("{\"status\":404,\"detail\":\"No.\"}")),
                Arguments.of("422", status(422).withBody("{\"status\":422,\"detail\":\"No.\"}")),
                Arguments.of("garbage", ok("<html>it works</html>")),
                Arguments.of("broken off", aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK)),
                Arguments.of("connection reset", aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)),
                Arguments.of("half a report", ok("{\"results\":[{\"index\":0")),
                Arguments.of("no results", okJson("{}")),
                Arguments.of("too few results", okJson("{\"results\":[]}")),
                Arguments.of("results of others", okJson(wrongIds)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void whateverGoesWrongEverythingWaitsAndIsSentLater(String name, ResponseDefinitionBuilder answer) {
        given(2);
        COORDINATOR.stubFor(post("/api/billing/usage").willReturn(answer));

        Reply reply = operatorPosts("/sla/billing/sync", "{}");

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.whole().headers().firstValue("Retry-After")).isPresent();
        assertThat(count("PENDING")).isEqualTo(2);
        assertThat(jdbc.sql(
                                "SELECT count(*) FROM usage_events WHERE attempts = 1 AND last_error <> '' AND next_attempt_at > ?")
                        .param(java.sql.Timestamp.from(NOW))
                        .query(Long.class)
                        .single())
                .isEqualTo(2);

        coordinatorWorks();
        breaker.reset();
        sync.run(Outbox.Window.PUT_OFF);
        assertThat(count("PENDING")).as("not due yet").isEqualTo(2);
        clock.advance(Duration.ofMinutes(2));
        sync.run(Outbox.Window.PUT_OFF);
        assertThat(count("ACKNOWLEDGED")).isEqualTo(2);
    }

    @Test
    void whatArrivedThoughTheAnswerWasLostIsKnownTheSecondTime() {
        List<UUID> ids = given(3);
        ids.forEach(id -> LEDGER.held.add(id.toString()));

        Reply reply = operatorPosts("/sla/billing/sync", "{}");

        assertThat(reply.body().path("duplicates").asInt()).isEqualTo(3);
        assertThat(count("ACKNOWLEDGED")).isEqualTo(3);
    }

    @Test
    void aPoisonousEventIsParkedAlone() {
        List<UUID> ids = given(100);
        LEDGER.poison.add(ids.get(42).toString());

        Reply reply = operatorPosts("/sla/billing/sync", "{}");

        assertThat(reply.body().path("parked").asInt()).isEqualTo(1);
        assertThat(count("ACKNOWLEDGED")).isEqualTo(99);
        assertThat(jdbc.sql("SELECT event_id FROM usage_events WHERE state = 'PARKED'")
                        .query(UUID.class)
                        .single())
                .isEqualTo(ids.get(42));
    }

    @Test
    void aRefusedEventIsParkedListedAndSentAgainOnceTheCauseIsMended() {
        List<UUID> ids = given(3);
        LEDGER.verdicts.put(ids.get(1).toString(), "REJECTED");
        LEDGER.verdicts.put(ids.get(2).toString(), "CONFLICT");
        operatorPosts("/sla/billing/sync", "{}");

        Reply parked = viewerGets("/sla/billing/usage/parked?limit=1");
        assertThat(parked.body()).hasSize(1);
        assertThat(parked.body().get(0).path("last_error").asText()).contains("CONFLICT");
        String next = parked.whole().headers().firstValue("Link").orElseThrow();
        Reply second = viewerGets(next.substring(next.indexOf("/sla"), next.indexOf('>')));
        assertThat(second.body().get(0).path("last_error").asText()).contains("UNKNOWN_TENANT");
        assertThat(second.body().get(0).path("event_id").asText())
                .isEqualTo(ids.get(1).toString());

        LEDGER.verdicts.clear();
        assertThat(operatorPosts("/sla/billing/usage/parked/retry", "{\"event_ids\":[\"" + ids.get(1) + "\"]}")
                        .status())
                .isEqualTo(200);
        assertThat(count("PARKED")).isEqualTo(1);
        operatorPosts("/sla/billing/usage/parked/retry", "");
        operatorPosts("/sla/billing/sync", "{}");
        assertThat(count("ACKNOWLEDGED")).isEqualTo(3);
    }

    @Test
    void twoReplicasAtOnceSendEachEventOnce() throws Exception {
        given(4_500);
        BillingSync here = new BillingSync(outbox, client, settings, json, transaction, clock, () -> false);
        BillingSync there = new BillingSync(outbox, client, settings, json, transaction, clock, () -> false);
        // Slow enough that both are at it at the same time.
        COORDINATOR.stubFor(post("/api/billing/usage")
                .willReturn(aResponse().withTransformers(LedgerDouble.NAME).withFixedDelay(100)));

        CompletableFuture<BillingSync.Summary> one = CompletableFuture.supplyAsync(() -> here.sync(Outbox.Window.DUE));
        CompletableFuture<BillingSync.Summary> two = CompletableFuture.supplyAsync(() -> there.sync(Outbox.Window.DUE));

        int sent = one.get(60, TimeUnit.SECONDS).sent()
                + two.get(60, TimeUnit.SECONDS).sent();
        assertThat(sent).isEqualTo(4_500);
        assertThat(LEDGER.arrived).hasSize(4_500).doesNotHaveDuplicates();
        assertThat(count("ACKNOWLEDGED")).isEqualTo(4_500);
    }

    @Test
    void whileTheLedgersContradictEachOtherNothingIsSaidToBeComplete() {
        given(3);
        boolean[] contradicted = {true};
        BillingSync sync = new BillingSync(outbox, client, settings, json, transaction, clock, () -> contradicted[0]);
        sync.sync(Outbox.Window.DUE);
        assertThat(count("ACKNOWLEDGED")).isEqualTo(3);
        COORDINATOR.verify(0, postRequestedFor(urlEqualTo("/api/billing/watermarks")));
        contradicted[0] = false;
        sync.sync(Outbox.Window.DUE);
        COORDINATOR.verify(1, postRequestedFor(urlEqualTo("/api/billing/watermarks")));
    }

    @Test
    void aViewerMayNotSync() {
        assertThat(send(
                                java.net.http.HttpRequest.newBuilder(
                                                java.net.URI.create("http://localhost:" + port + "/sla/billing/sync"))
                                        .POST(java.net.http.HttpRequest.BodyPublishers.noBody()),
                                "viewer-key-for-tests")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aModelAnOutcomeAndWhatIsTakenBackAreSent() {
        UsageFact fact = fact(NOW.minusSeconds(60), "t-1", "1.5").with("NVIDIA H100", UsageOutcome.PREEMPTED);
        given(List.of(fact, fact.takenBack()));

        operatorPosts("/sla/billing/sync", "{}");

        assertThat(count("ACKNOWLEDGED")).isEqualTo(2);
        COORDINATOR.verify(postRequestedFor(urlEqualTo("/api/billing/usage"))
                .withRequestBody(matchingJsonPath("$[0].gpu_model", equalTo("NVIDIA H100")))
                .withRequestBody(matchingJsonPath("$[0].outcome", equalTo("preempted"))));
        COORDINATOR.verify(postRequestedFor(urlEqualTo("/api/billing/usage"))
                .withRequestBody(
                        matchingJsonPath("$[0].reverses", equalTo(fact.eventId().toString())))
                .withRequestBody(matchingJsonPath("$[0].quantity", equalTo("-1.5"))));
    }

    @Test
    void whatTakesAnEventBackIsNotSentBeforeThatHasArrivedWhoeverSends() throws Exception {
        List<UsageFact> facts = new java.util.ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            UsageFact fact = fact(NOW.minusSeconds(60L + i), "t-1", "1");
            facts.add(fact.takenBack());
            facts.add(fact);
        }
        given(facts);
        COORDINATOR.stubFor(post("/api/billing/usage")
                .willReturn(aResponse().withTransformers(LedgerDouble.NAME).withFixedDelay(100)));
        for (int round = 0; round < 3; round++) {
            BillingSync here = new BillingSync(outbox, client, settings, json, transaction, clock, () -> false);
            BillingSync there = new BillingSync(outbox, client, settings, json, transaction, clock, () -> false);
            CompletableFuture<BillingSync.Summary> one =
                    CompletableFuture.supplyAsync(() -> here.sync(Outbox.Window.DUE));
            CompletableFuture<BillingSync.Summary> two =
                    CompletableFuture.supplyAsync(() -> there.sync(Outbox.Window.DUE));
            one.get(60, TimeUnit.SECONDS);
            two.get(60, TimeUnit.SECONDS);
        }
        assertThat(count("PARKED")).isZero();
        assertThat(count("ACKNOWLEDGED")).isEqualTo(3_000);
        assertThat(LEDGER.arrived).hasSize(3_000).doesNotHaveDuplicates();
    }

    @Test
    void whatTakesAParkedEventBackWaitsWithItAndHoldsNothingUp() {
        UsageFact fact = fact(NOW.minusSeconds(60), "t-1", "1");
        given(List.of(fact, fact.takenBack(), fact(NOW.minusSeconds(50), "t-1", "2")));
        LEDGER.verdicts.put(fact.eventId().toString(), "REJECTED");

        sync.run(Outbox.Window.DUE);
        assertThat(outbox.backlog().pending()).isZero();
        assertThat(outbox.backlog().parked()).isEqualTo(2);
        COORDINATOR.verify(1, postRequestedFor(urlEqualTo("/api/billing/watermarks")));

        LEDGER.verdicts.clear();
        operatorPosts("/sla/billing/usage/parked/retry", "");
        operatorPosts("/sla/billing/sync", "{}");
        assertThat(count("ACKNOWLEDGED")).isEqualTo(3);
        assertThat(outbox.backlog().parked()).isZero();
    }
}

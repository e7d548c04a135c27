package io.aitbc.agent.hub;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ServiceClientTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    @RegisterExtension
    static final WireMockExtension HUB = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    private final ServiceClient client =
            new ServiceClient(ServiceUrl.parse(HUB.baseUrl() + "/"), Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void sendsTheKeyAndSnakeCaseAndReadsTheAnswer() throws Exception {
        HUB.stubFor(post("/x").willReturn(okJson("{\"next_heartbeat_seconds\": 20}")));
        Reply reply = client.post("/x", "secret", new Heartbeat("ready", 1, 0, null, null, null, 12.5), within(2000))
                .get(3, TimeUnit.SECONDS);
        assertThat(((Reply.Accepted) reply)
                        .body()
                        .path("next_heartbeat_seconds")
                        .asInt())
                .isEqualTo(20);
        HUB.verify(postRequestedFor(urlEqualTo("/x"))
                .withHeader("Authorization", equalTo("Bearer secret"))
                .withRequestBody(equalTo(
                        "{\"status\":\"ready\",\"current_jobs\":1,\"queue_len\":0,\"network_latency_ms\":12.5}")));
    }

    @Test
    void aProblemBecomesARefusalInTheServicesOwnWords() throws Exception {
        Reply reply = answer(aResponse()
                .withStatus(404)
                .withBody("{\"type\":\"urn:aitbc:problem:unknown-miner\",\"detail\":\"No such\\nminer\\u001b[31m\"}"));
        assertThat(reply)
                .isEqualTo(
                        new Reply.Refused(404, "unknown-miner", HUB.baseUrl() + " answered 404: No such miner [31m"));
    }

    @Test
    void overloadAndServerErrorsMayPass() throws Exception {
        for (int status : new int[] {408, 429, 500, 502, 503}) {
            assertThat(answer(aResponse().withStatus(status))).isInstanceOf(Reply.Unavailable.class);
        }
    }

    @Test
    void retryAfterIsReadAsSecondsOrAsADate() throws Exception {
        assertThat(retryAfter("120")).isEqualTo(Duration.ofMinutes(2));
        assertThat(retryAfter("Sun, 01 Mar 2026 10:00:30 GMT")).isEqualTo(Duration.ofSeconds(30));
        assertThat(retryAfter("Sun, 01 Mar 2026 09:00:00 GMT")).isEqualTo(Duration.ZERO);
        assertThat(retryAfter("999999")).isEqualTo(RetryAfter.LONGEST);
        assertThat(retryAfter("soon")).isNull();
    }

    @Test
    void anAnswerThatIsNotJsonIsNoAnswer() throws Exception {
        assertThat(answer(aResponse().withStatus(200).withBody("<html>log in first</html>")))
                .isInstanceOf(Reply.Unavailable.class);
        assertThat(answer(aResponse().withFault(Fault.EMPTY_RESPONSE))).isInstanceOf(Reply.Unavailable.class);
        assertThat(answer(aResponse().withFault(Fault.RANDOM_DATA_THEN_CLOSE))).isInstanceOf(Reply.Unavailable.class);
    }

    @Test
    void aHubThatNeverAnswersCostsNoMoreThanTheDeadline() {
        assertThatEndsInTime(aResponse().withFixedDelay(20_000).withStatus(200));
    }

    @Test
    void aBodyThatTricklesCostsNoMoreThanTheDeadline() {
        assertThatEndsInTime(aResponse().withBody("{\"a\": 1}".repeat(100)).withChunkedDribbleDelay(100, 20_000));
    }

    private void assertThatEndsInTime(ResponseDefinitionBuilder slow) {
        long before = System.nanoTime();
        assertThat(answerWithin(slow, 300)).isInstanceOf(Reply.Unavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void nobodyThereIsSaidAsSuch() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        ServiceClient nobody =
                new ServiceClient(ServiceUrl.parse("http://127.0.0.1:" + port), Clock.fixed(NOW, ZoneOffset.UTC));
        assertThat(nobody.post("/x", "k", Map.of(), within(2000)).get(3, TimeUnit.SECONDS))
                .isEqualTo(new Reply.Unavailable(null, "no connection to http://127.0.0.1:" + port));
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        assertThat(answer(aResponse().withStatus(302).withHeader("Location", "http://elsewhere.invalid/")))
                .isInstanceOf(Reply.Refused.class);
    }

    private @Nullable Duration retryAfter(String header) throws Exception {
        Reply reply = answer(aResponse().withStatus(503).withHeader("Retry-After", header));
        return ((Reply.Unavailable) reply).retryAfter();
    }

    private Reply answer(ResponseDefinitionBuilder response) throws Exception {
        return answerWithin(response, 2000);
    }

    private Reply answerWithin(ResponseDefinitionBuilder response, long millis) {
        HUB.stubFor(post("/x").willReturn(response));
        try {
            return client.post("/x", "k", Map.of(), within(millis)).get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("a reply is a value, never a failure", e);
        }
    }

    private static Duration within(long millis) {
        return Duration.ofMillis(millis);
    }
}

package io.aitbc.poolhub.capacity;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.serverError;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Fault;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Whose plan it is: the coordinator's, and our own whenever that is not to be had. */
class PlanSourceTest extends CapacityHub {

    private static final String FORECAST = "/api/capacity/forecast";
    private static final String PLAN = "/api/capacity/recommendations";

    private static String forecastOf(int historyHours) {
        return forecastOf(historyHours, NOON);
    }

    private static String forecastOf(int historyHours, Instant last) {
        return """
                {"forecast_horizon_hours": 24, "current_capacity": 48, "projected_capacity": 31, "recommended_scaling": "+0%",
                 "confidence": 0.79, "source": "coordinator_api", "status": "OK", "status_reason": "r", "pool_id": "pool-1",
                 "model": "theirs", "history_through": "2026-04-22T12:00:00Z", "history_hours": HOURS, "history_last": "LAST",
                 "quantiles": [], "backtest": null}""".replace("HOURS", Integer.toString(historyHours)).replace("LAST", last.toString());
    }

    @Test
    void theCoordinatorIsAskedForThisPoolAndItsWordHolds() {
        past(100, hour -> 5, 48);
        COORDINATOR.stubFor(WireMock.get(urlPathEqualTo(FORECAST)).willReturn(okJson(forecastOf(100))));
        JsonNode answer = forecast("?hours_ahead=24");
        assertThat(answer.path("source").asText()).isEqualTo("coordinator_api");
        assertThat(answer.path("model").asText()).isEqualTo("theirs");
        assertThat(answer.path("confidence").asDouble()).isEqualTo(0.79);
        assertThat(COORDINATOR.getAllServeEvents().get(0).getRequest().getUrl())
                .contains("hours_ahead=24", "pool_id=pool-1");
    }

    @Test
    void itsPlanToo() {
        past(100, hour -> 5, 48);
        COORDINATOR.stubFor(WireMock.get(urlPathEqualTo(PLAN)).willReturn(okJson("""
                {"current_state": "healthy", "recommendations": [], "source": "coordinator_api", "history_hours": 100,
                 "history_through": "2026-04-22T12:00:00Z", "history_last": "9999-01-01T00:00:00Z", "without_forecast": [],
                 "record": {"made": 7, "scored": 4, "right": 3, "hit_rate": 0.75}}""")));
        JsonNode plan = plan();
        assertThat(plan.path("source").asText()).isEqualTo("coordinator_api");
        assertThat(plan.path("record").path("hit_rate").asDouble()).isEqualTo(0.75);
    }

    @Test
    void awayAndBack() {
        past(100, hour -> 5, 48);
        answering(serverError());
        JsonNode answer = forecast("?hours_ahead=24");
        assertThat(answer.path("source").asText()).isEqualTo("pool_hub");
        assertThat(answer.path("pool_id").asText()).isEqualTo("pool-1");
        assertThat(answer.path("projected_capacity").asInt()).isEqualTo(5);
        assertThat(plan().path("source").asText()).isEqualTo("pool_hub");
        answering(okJson(forecastOf(100)));
        assertThat(source()).isEqualTo("coordinator_api");
    }

    @Test
    void aCoordinatorThatHasSeenLessOfThisPoolThanWeHaveIsNotHeard() {
        past(100, hour -> 5, 48);
        answering(okJson(forecastOf(99)));
        assertThat(source()).isEqualTo("pool_hub");
        answering(okJson(forecastOf(500, NOON.minusSeconds(3600))));
        assertThat(source()).as("more hours, but not the last one").isEqualTo("pool_hub");
        answering(okJson(forecastOf(500).replace("\"current_capacity\": 48", "\"current_capacity\": null")));
        assertThat(source()).as("it does not know what there is now").isEqualTo("pool_hub");
    }

    @Test
    void whatIsNoPlanIsNotTakenForOne() {
        past(30, hour -> 5, 48);
        answering(ok("<html>gateway</html>"));
        assertThat(source()).isEqualTo("pool_hub");
        answering(okJson("{}"));
        assertThat(source()).isEqualTo("pool_hub");
        answering(okJson("null"));
        assertThat(source()).isEqualTo("pool_hub");
        answering(aResponse().withStatus(404));
        assertThat(source()).isEqualTo("pool_hub");
        answering(okJson(forecastOf(100)));
        assertThat(source()).isEqualTo("coordinator_api");
    }

    /** At the end of the class's life for this breaker: five failures open it for a while. */
    @Test
    void aPeerThatHangsOrBreaksOffCostsALittleTimeAndNoAnswer() {
        past(30, hour -> 5, 48);
        answering(aResponse().withFixedDelay((int) Duration.ofSeconds(20).toMillis()));
        long before = System.nanoTime();
        assertThat(source()).isEqualTo("pool_hub");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
        answering(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER));
        assertThat(source()).isEqualTo("pool_hub");
    }

    private String source() {
        return forecast("?hours_ahead=24").path("source").asText();
    }

    private static void answering(ResponseDefinitionBuilder response) {
        COORDINATOR.resetAll();
        COORDINATOR.stubFor(WireMock.get(urlPathEqualTo(FORECAST)).willReturn(response));
        COORDINATOR.stubFor(WireMock.get(urlPathEqualTo(PLAN)).willReturn(response));
    }
}

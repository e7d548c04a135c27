package io.aitbc.poolhub.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.forecasting.Forecast;
import io.aitbc.forecasting.Forecaster;
import io.aitbc.forecasting.Series;
import io.aitbc.forecasting.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The API states no figure that it did not compute. */
class ForecastHonestyTest extends CapacityHub {

    private static final List<String> FIGURES =
            List.of("projected_capacity", "recommended_scaling", "confidence", "model", "backtest");

    @Test
    void aPoolOfWhichNothingIsKnown() {
        JsonNode answer = forecast("");
        assertThat(answer.path("status").asText()).isEqualTo("INSUFFICIENT_DATA");
        assertThat(answer.path("status_reason").asText()).contains("There are 0 observed hours");
        assertThat(answer.path("forecast_horizon_hours").asInt()).isEqualTo(168);
        assertThat(answer.path("source").asText()).isEqualTo("pool_hub");
        assertThat(answer.get("current_capacity").isNull()).isTrue();
        FIGURES.forEach(name -> assertThat(answer.get(name).isNull()).as(name).isTrue());
        assertThat(answer.path("quantiles")).isEmpty();
        JsonNode plan = plan();
        assertThat(plan.path("current_state").asText()).isEqualTo("unknown");
        assertThat(plan.path("recommendations")).isEmpty();
        assertThat(plan.path("record").get("hit_rate").isNull()).isTrue();
    }

    static Stream<Arguments> pasts() {
        Random random = new Random(7);
        double[] noise = random.doubles(2_000, 0, 6).toArray();
        IntToDoubleFunction daily = hour -> 20 + 10 * Math.sin(2 * Math.PI * hour / 24) + noise[hour % 2_000];
        return Stream.of(
                Arguments.of("23 hours", 23, (IntToDoubleFunction) hour -> 5.0, "INSUFFICIENT_DATA"),
                Arguments.of("constant", 400, (IntToDoubleFunction) hour -> 5.0, "NO_SKILL"),
                Arguments.of("never anything", 400, (IntToDoubleFunction) hour -> 0.0, null),
                Arguments.of("days", 400, daily, "OK"),
                Arguments.of(
                        "gaps",
                        400,
                        (IntToDoubleFunction) hour -> noise[hour] < 2 ? Double.NaN : daily.applyAsDouble(hour),
                        null),
                Arguments.of(
                        "a week missing",
                        600,
                        (IntToDoubleFunction) hour -> hour > 200 && hour < 368 ? Double.NaN : daily.applyAsDouble(hour),
                        null),
                Arguments.of(
                        "silent for the last day",
                        400,
                        (IntToDoubleFunction) hour -> hour > 380 ? Double.NaN : daily.applyAsDouble(hour),
                        null),
                Arguments.of("exploding", 200, (IntToDoubleFunction) hour -> Math.min(5e8, Math.exp(hour / 8.0)), null),
                Arguments.of("one enormous hour", 300, (IntToDoubleFunction) hour -> hour == 250 ? 5e8 : 3, null),
                Arguments.of("noise only", 400, (IntToDoubleFunction) hour -> noise[hour], null));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pasts")
    void everyFigureIsComputedOrAbsent(String name, int hours, IntToDoubleFunction demand, String status) {
        past(hours, demand, 48);
        JsonNode answer = forecast("?hours_ahead=48");
        assertThat(answer.path("forecast_horizon_hours").asInt()).isEqualTo(48);
        assertThat(answer.path("history_hours").asInt()).isPositive().isLessThanOrEqualTo(hours);
        assertThat(answer.path("status").asText()).isIn(status == null ? List.of("OK", "NO_SKILL") : List.of(status));
        if (answer.path("status").asText().equals("INSUFFICIENT_DATA")) {
            FIGURES.forEach(
                    figure -> assertThat(answer.get(figure).isNull()).as(figure).isTrue());
            assertThat(answer.path("quantiles")).isEmpty();
            return;
        }
        assertThat(answer.path("model").asText()).isNotBlank();
        assertThat(answer.path("quantiles")).hasSize(48);
        for (JsonNode hour : answer.path("quantiles")) {
            double[] q = Stream.of("p10", "p50", "p80", "p95")
                    .mapToDouble(level -> hour.get(level).doubleValue())
                    .toArray();
            assertThat(q).isSorted();
            assertThat(q[0]).isGreaterThanOrEqualTo(0);
            assertThat(q[3]).isFinite();
        }
        double last = answer.path("quantiles").get(47).path("p50").doubleValue();
        assertThat(answer.path("projected_capacity").asDouble())
                .isCloseTo(Math.min(Integer.MAX_VALUE, Math.ceil(last)), within(1.0));
        assertThat(answer.path("quantiles").get(0).path("at").asText()).isEqualTo(NOON.toString());
        assertThat(answer.path("quantiles").get(47).path("at").asText())
                .isEqualTo(NOON.plus(Duration.ofHours(47)).toString());
        JsonNode backtest = answer.path("backtest");
        assertThat(backtest.path("origins").asInt()).isPositive();
        assertThat(answer.get("confidence")).isEqualTo(backtest.get("coverage80_achieved"));
        // The library, given the same hours by the test itself, says the same of its own past.
        double[] given =
                IntStream.range(0, hours).mapToDouble(demand::applyAsDouble).toArray();
        Forecast expected = Forecaster.forecast(Series.of(given), 48, Settings.hourly());
        Double achieved = Objects.requireNonNull(expected.backtest()).coverage80Achieved();
        if (achieved == null) {
            assertThat(answer.get("confidence").isNull()).isTrue();
        } else {
            assertThat(answer.path("confidence").asDouble()).isCloseTo(achieved, within(1e-9));
        }
        assertThat(last).isCloseTo(expected.hours().get(47).p50(), within(1e-6 * (1 + last)));
    }

    @Test
    void aConstantPastIsForecastAsThatConstant() {
        past(400, hour -> 12, 48);
        JsonNode answer = forecast("?hours_ahead=24&gpu_class=NVIDIA+H100");
        assertThat(answer.path("projected_capacity").asInt()).isEqualTo(12);
        assertThat(answer.path("gpu_class").asText()).isEqualTo(CLASS);
        assertThat(answer.path("current_capacity").asInt()).isEqualTo(48);
    }

    @Test
    void aClassThatIsNotThereHasNoFigures() {
        past(400, hour -> 12, 48);
        JsonNode answer = forecast("?gpu_class=B200");
        assertThat(answer.path("status").asText()).isEqualTo("INSUFFICIENT_DATA");
        assertThat(answer.get("current_capacity").isNull()).isTrue();
    }

    @Test
    void questionsThatMakeNoSenseAreRefused() {
        for (String query : List.of(
                "?hours_ahead=0",
                "?hours_ahead=1001",
                "?hours_ahead=x",
                "?gpu_class=",
                "?gpu_class=a%00b",
                "?gpu_class=" + "a".repeat(129))) {
            assertThat(get("/sla/capacity/forecast" + query, VIEWER).status())
                    .as(query)
                    .isBetween(400, 422);
        }
        assertThat(get("/sla/capacity/snapshots?hours=0", VIEWER).status()).isBetween(400, 422);
        assertThat(get("/sla/capacity/snapshots?cursor=x", VIEWER).status()).isBetween(400, 422);
    }
}

package io.aitbc.poolhub.match;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.poolhub.lane.BothWays;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short way of match calls answers what the ordinary way answers. */
class MatchLaneTest extends BothWays {

    private static final ObjectMapper JSON = new ObjectMapper();

    MatchLaneTest() {
        super(MatchController.PATH);
    }

    @Test
    void aGoodCallGoesTheShortWayAndIsKept() throws Exception {
        String model = fresh("model");
        beat(enrol("\"gpu_name\": \"%s\"".formatted(model)), "{}");
        String job = fresh("job");
        String body = "{\"job_id\":\"%s\",\"requirements\":{\"gpu_name\":\"%s\"}}".formatted(job, model);
        var shortWay = send(OPERATOR, "application/json", declared(body));
        var ordinary = send(OPERATOR, "application/json", undeclared(body));
        assertThat(wentTheShortWay(shortWay)).isTrue();
        assertThat(wentTheShortWay(ordinary)).isFalse();
        JsonNode answer = JSON.readTree(shortWay.body());
        assertThat(answer.path("candidates")).hasSize(1);
        assertThat(answer.fieldNames()).toIterable().containsExactlyElementsOf(() -> {
            try {
                return JSON.readTree(ordinary.body()).fieldNames();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(count("SELECT count(*) FROM match_requests WHERE job_id = ?", job))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"job_id\":\"\"}",
                "{\"job_id\":\"j\",\"top_k\":0}",
                "{\"job_id\":\"j\",\"top_k\":51}",
                "{\"job_id\":\"j\",\"requirements\":{\"min_vram_gb\":-1}}",
                "{\"job_id\":\"j\",\"requirements\":{\"min_ram_gb\":1e9}}",
                "{\"job_id\":\"j\",\"requirements\":{\"capabilities_all\":[null]}}",
                "{\"job_id\":\"j\",\"requirements\":{\"capabilities_any\":\"llm\"}}",
                "{\"job_id\":\"j\",\"hints\":{\"max_price\":-0.1}}",
                "{\"job_id\":\"j\",\"hints\":{\"max_price\":0.123456789}}",
                "{\"job_id\":\"a\\u0000b\"}",
                "{\"job_id\":\"j\"",
                "null",
                "[]",
                "nonsense"
            })
    void bothWaysRefuseAlike(String body) throws Exception {
        same(OPERATOR, "application/json", body);
        same(VIEWER, "application/json", body);
        same("", "application/json", body);
    }

    @Test
    void whatIsSurelySoundBreaksNoRule() {
        Validator rules = Validation.buildDefaultValidatorFactory().getValidator();
        Random random = new Random(3);
        int sound = 0;
        for (int i = 0; i < 20_000; i++) {
            JobNeeds needs = any(random);
            if (needs.isSurelySound()) {
                sound++;
                assertThat(rules.validate(needs)).as(needs::toString).isEmpty();
            }
        }
        assertThat(sound).isBetween(1_000, 19_000);
    }

    private static JobNeeds any(Random random) {
        return new JobNeeds(
                text(random, 129),
                text(random, 65),
                random.nextInt(5) == 0
                        ? null
                        : new JobNeeds.Requirements(
                                number(random),
                                number(random),
                                random.nextInt(3) == 0 ? random.nextInt(1_030) - 2 : null,
                                text(random, 130),
                                texts(random),
                                texts(random)),
                random.nextInt(5) == 0 ? null : new JobNeeds.Hints(text(random, 66), price(random)),
                random.nextInt(3) == 0 ? random.nextInt(53) - 1 : null);
    }

    private static @Nullable String text(Random random, int longest) {
        int length = random.nextInt(8) == 0 ? longest - random.nextInt(3) : random.nextInt(20);
        return random.nextInt(10) == 0 ? null : "x".repeat(length);
    }

    private static @Nullable Double number(Random random) {
        Double[] some = {null, null, 0.0, -0.0, 1.5, 99_999.0, 100_000.0, 100_001.0, 1e6, 1e6 + 1, -1.0, Double.NaN};
        return some[random.nextInt(some.length)];
    }

    private static @Nullable List<String> texts(Random random) {
        if (random.nextInt(2) == 0) {
            return null;
        }
        String[] texts = new String[random.nextInt(12) == 0 ? 101 : random.nextInt(3)];
        Arrays.setAll(texts, i -> "x".repeat(random.nextInt(30) == 0 ? 129 : 5));
        return new ArrayList<>(Arrays.asList(texts));
    }

    private static @Nullable BigDecimal price(Random random) {
        String[] some = {"0", "0.00000001", "0.000000001", "999999999999", "1000000000000", "1E+3", "-1", "1.50"};
        return random.nextInt(3) == 0 ? null : new BigDecimal(some[random.nextInt(some.length)]);
    }
}

package io.aitbc.agent.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Commands of the hub, each done once and its outcome told until the hub has it. */
class OrderDeskTest {

    private final List<String> acted = new ArrayList<>();
    private final OrderDesk desk = new OrderDesk(order -> {
        acted.add(order.type() + " " + order.powerLimitWatts());
        if (order.type().equals("explode")) {
            throw new IllegalStateException("boom");
        }
        return Order.Result.done();
    });

    @Test
    void doesACommandOnceAndTellsUntilItWasTaken() throws Exception {
        desk.answered(reply("c-1", "throttle"));
        desk.answered(reply("c-1", "throttle"));
        assertThat(acted).containsExactly("throttle 280");
        assertThat(desk.results()).containsExactly(Map.of("command_id", "c-1", "outcome", "done"));
        assertThat(desk.results()).as("the heartbeat was lost").hasSize(1);
        desk.answered(new ObjectMapper().readTree("{\"status\":\"ok\"}"));
        assertThat(desk.results()).isEmpty();
    }

    @Test
    void anOutcomeThatTheHubDidNotTakeIsToldAgain() throws Exception {
        desk.answered(reply("c-1", "throttle"));
        desk.results();
        desk.answered(reply("c-1", "throttle"));
        assertThat(desk.results()).as("the hub still asks").hasSize(1);
        assertThat(acted).hasSize(1);
    }

    @Test
    void whatGoesWrongIsAFailure() throws Exception {
        desk.answered(reply("c-1", "explode"));
        assertThat(desk.results()).containsExactly(Map.of("command_id", "c-1", "outcome", "failed", "detail", "boom"));
    }

    @Test
    void whatIsNoCommandIsPassedOver() throws Exception {
        desk.answered(new ObjectMapper().readTree("{\"commands\":[{},{\"type\":\"throttle\"},7,null]}"));
        desk.answered(new ObjectMapper().readTree("{\"commands\":{\"a\":1}}"));
        assertThat(acted).isEmpty();
    }

    private static JsonNode reply(String id, String type) throws Exception {
        return new ObjectMapper()
                .readTree("{\"commands\":[{\"command_id\":\"" + id + "\",\"type\":\"" + type
                        + "\",\"gpu_uuid\":\"GPU-1\",\"power_limit_watts\":280}]}");
    }
}

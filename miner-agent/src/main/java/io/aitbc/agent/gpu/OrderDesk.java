package io.aitbc.agent.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the hub says, each command once, and tells the outcome with every heartbeat until the hub has it. The hub repeats
 * a command until then; all commands can be done twice without harm, so a restart in between is none. Not for use by several
 * threads at once.
 */
public final class OrderDesk {

    private static final Logger LOG = LoggerFactory.getLogger(OrderDesk.class);
    private static final int MOST_REMEMBERED = 1_000;

    private final Function<Order, Order.Result> doer;
    private final Map<String, Order.Result> done = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Order.Result> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };
    private final Map<String, Order.Result> untold = new LinkedHashMap<>();
    private List<String> underWay = List.of();

    /** @param doer does one command; what it throws is a failure */
    public OrderDesk(Function<Order, Order.Result> doer) {
        this.doer = doer;
    }

    /** The outcomes to tell with the next heartbeat. */
    public List<Map<String, Object>> results() {
        underWay = List.copyOf(untold.keySet());
        List<Map<String, Object>> results = new ArrayList<>();
        untold.forEach((id, result) -> {
            Map<String, Object> told = new LinkedHashMap<>();
            told.put("command_id", id);
            told.put("outcome", result.outcome());
            if (result.detail() != null) {
                told.put("detail", result.detail());
            }
            results.add(told);
        });
        return results;
    }

    /** The hub took the last heartbeat, and answered this. */
    public void answered(JsonNode reply) {
        underWay.forEach(untold::remove);
        underWay = List.of();
        heard(reply);
    }

    /** The hub said this, not in answer to a heartbeat. */
    public void heard(JsonNode reply) {
        for (JsonNode said : reply.path("commands")) {
            Order order = Order.of(said);
            if (!order.commandId().isEmpty()) {
                untold.put(order.commandId(), done.computeIfAbsent(order.commandId(), id -> act(order)));
            }
        }
    }

    private Order.Result act(Order order) {
        Order.Result result;
        try {
            result = doer.apply(order);
        } catch (RuntimeException e) {
            result = Order.Result.failed(String.valueOf(e.getMessage()));
        }
        LOG.info(
                "{} {}: {}{}",
                order.type(),
                order.gpuUuid() == null ? "" : order.gpuUuid(),
                result.outcome(),
                result.detail() == null ? "" : " (" + result.detail() + ")");
        return result;
    }
}

package io.aitbc.poolhub.usage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A coordinator's ledger in memory: judges each event as the real one does, by its id. */
final class LedgerDouble implements ResponseDefinitionTransformerV2 {

    static final String NAME = "ledger";

    /** Every id in the order in which it arrived, repetitions included. */
    final List<String> arrived = Collections.synchronizedList(new ArrayList<>());

    final Set<String> held = ConcurrentHashMap.newKeySet();

    /** Ids that are answered with this verdict. */
    final Map<String, String> verdicts = new ConcurrentHashMap<>();

    /** Ids that spoil the whole envelope. */
    final Set<String> poison = ConcurrentHashMap.newKeySet();

    /** What happens while the coordinator adds up. */
    volatile Runnable meanwhile = () -> {};

    private final ObjectMapper json = new ObjectMapper();

    void forget() {
        meanwhile = () -> {};
        arrived.clear();
        held.clear();
        verdicts.clear();
        poison.clear();
    }

    @Override
    public ResponseDefinition transform(ServeEvent event) {
        if (event.getRequest().getUrl().contains("/digest")) {
            meanwhile.run();
            return event.getResponseDefinition();
        }
        try {
            return judged(json.readTree(event.getRequest().getBody()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ResponseDefinition judged(JsonNode events) {
        for (JsonNode event : events) {
            if (poison.contains(event.path("event_id").asText())) {
                return ResponseDefinitionBuilder.responseDefinition()
                        .withStatus(413)
                        .withHeader("Content-Type", "application/problem+json")
                        .withBody("{\"status\":413,\"detail\":\"Too much.\"}")
                        .build();
            }
        }
        ObjectNode report = json.createObjectNode();
        ArrayNode results = report.putArray("results");
        int index = 0;
        for (JsonNode event : events) {
            String id = event.path("event_id").asText();
            arrived.add(id);
            boolean unknown = event.has("reverses")
                    && !held.contains(event.path("reverses").asText());
            String usual = held.contains(id) ? "DUPLICATE" : unknown ? "REJECTED" : "ACCEPTED";
            String verdict = verdicts.getOrDefault(id, usual);
            if (verdict.equals("ACCEPTED")) {
                held.add(id);
            }
            ObjectNode result = results.addObject();
            result.put("index", index++).put("event_id", id).put("verdict", verdict);
            if (verdict.equals("REJECTED")) {
                result.put("code", unknown ? "UNKNOWN_REVERSED_EVENT" : "UNKNOWN_TENANT")
                        .put("detail", unknown ? "There is no such event." : "There is no such tenant.");
            }
        }
        return ResponseDefinitionBuilder.responseDefinition()
                .withStatus(200)
                .withHeader("Content-Type", "application/json")
                .withBody(report.toString())
                .build();
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public boolean applyGlobally() {
        return false;
    }
}

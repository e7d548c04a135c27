package io.aitbc.monitoring.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** A node that speaks Ethereum's JSON-RPC. It tells nothing about how long it processes or validates a block. */
final class EthereumNode implements ChainNode {

    private static final long YEAR_10000 = 253_402_300_800L;

    private final URI url;
    private final NodeHttp http;

    EthereumNode(URI url, NodeHttp http) {
        this.url = url;
        this.http = http;
    }

    @Override
    public Block head(Deadline deadline) throws NodeTrouble {
        return blockNamed("latest", deadline).orElseThrow(() -> new NodeTrouble("it has no newest block"));
    }

    @Override
    public Optional<Block> block(long number, Deadline deadline) throws NodeTrouble {
        Optional<Block> found = blockNamed("0x" + Long.toHexString(number), deadline);
        if (found.isPresent() && found.get().number() != number) {
            throw new NodeTrouble("asked for block " + number + ", it tells of block "
                    + found.get().number());
        }
        return found;
    }

    @Override
    public OptionalLong peers(Deadline deadline) throws NodeTrouble {
        JsonNode answer = call("net_peerCount", deadline);
        return answer.hasNonNull("error") ? OptionalLong.empty() : OptionalLong.of(number(answer, "result"));
    }

    private Optional<Block> blockNamed(String name, Deadline deadline) throws NodeTrouble {
        JsonNode answer = call("eth_getBlockByNumber", deadline, name);
        if (answer.hasNonNull("error")) {
            throw new NodeTrouble("it refuses eth_getBlockByNumber, code "
                    + answer.path("error").path("code").asInt());
        }
        if (!answer.has("result")) {
            throw new NodeTrouble("its answer holds no result");
        }
        JsonNode block = answer.path("result");
        if (block.isNull()) {
            return Optional.empty();
        }
        long timestamp = number(block, "timestamp");
        if (timestamp >= YEAR_10000) {
            throw new NodeTrouble("its block's timestamp is no time in seconds");
        }
        if (!block.path("transactions").isArray()) {
            throw new NodeTrouble("its block tells of no transactions");
        }
        return Optional.of(new Block(
                number(block, "number"),
                Fields.hash(block, "hash"),
                Fields.hash(block, "parentHash"),
                Instant.ofEpochSecond(timestamp),
                block.path("transactions").size(),
                null,
                null));
    }

    private JsonNode call(String method, Deadline deadline, String... block) throws NodeTrouble {
        ObjectNode call = JsonNodeFactory.instance.objectNode();
        call.put("jsonrpc", "2.0").put("id", 1).put("method", method);
        var parameters = call.putArray("params");
        if (block.length > 0) {
            // Without the transactions' contents.
            parameters.add(block[0]).add(false);
        }
        return http.send(
                        HttpRequest.newBuilder(url)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(call.toString()))
                                .build(),
                        deadline)
                .object();
    }

    /** A quantity: 0x and at most 15 hexadecimal digits, so that it fits. */
    private static long number(JsonNode node, String field) throws NodeTrouble {
        String text = node.path(field).asText();
        if (!node.path(field).isTextual() || !text.matches("0x[0-9a-fA-F]{1,15}")) {
            throw new NodeTrouble("its " + field + " is no quantity");
        }
        return Long.parseLong(text.substring(2), 16);
    }
}

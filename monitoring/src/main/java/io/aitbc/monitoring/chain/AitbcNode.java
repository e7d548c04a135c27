package io.aitbc.monitoring.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * AITBC's own node: {@code GET /head} and {@code GET /blocks/{height}} under its URL, which usually ends with {@code /rpc}. It says
 * nothing about peers; durations are taken where a block has them.
 */
final class AitbcNode implements ChainNode {

    private final URI url;
    private final NodeHttp http;

    AitbcNode(URI url, NodeHttp http) {
        this.url = url;
        this.http = http;
    }

    @Override
    public Block head(Deadline deadline) throws NodeTrouble {
        // The head alone does not tell which block is below it.
        long height = height(get("/head", deadline).orElseThrow(() -> new NodeTrouble("it has no block yet")));
        return block(height, deadline).orElseThrow(() -> new NodeTrouble("it has a head, but not its block"));
    }

    @Override
    public Optional<Block> block(long number, Deadline deadline) throws NodeTrouble {
        Optional<JsonNode> found = get("/blocks/" + number, deadline);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        JsonNode block = found.get();
        if (height(block) != number) {
            throw new NodeTrouble("asked for block " + number + ", it tells of block " + height(block));
        }
        return Optional.of(new Block(
                number,
                Fields.hash(block, "hash"),
                block.hasNonNull("parent_hash") ? Fields.hash(block, "parent_hash") : null,
                time(block.path("timestamp").asText()),
                transactions(block),
                seconds(block, "processing_duration_seconds"),
                seconds(block, "validation_duration_seconds")));
    }

    @Override
    public OptionalLong peers(Deadline deadline) {
        return OptionalLong.empty();
    }

    private Optional<JsonNode> get(String path, Deadline deadline) throws NodeTrouble {
        NodeHttp.Answer answer =
                http.send(HttpRequest.newBuilder(URI.create(url + path)).build(), deadline);
        if (answer.status() == 404) {
            return Optional.empty();
        }
        if (answer.status() != 200) {
            throw new NodeTrouble("it answers " + answer.status());
        }
        return Optional.of(answer.object());
    }

    private static long height(JsonNode block) throws NodeTrouble {
        JsonNode height = block.path("height");
        if (!height.isIntegralNumber() || !height.canConvertToLong() || height.asLong() < 0) {
            throw new NodeTrouble("its height is no number of 0 or more");
        }
        return height.asLong();
    }

    private static int transactions(JsonNode block) throws NodeTrouble {
        JsonNode count = block.path("tx_count");
        if (count.isIntegralNumber() && count.canConvertToInt() && count.asInt() >= 0) {
            return count.asInt();
        }
        if (block.path("transactions").isArray()) {
            return block.path("transactions").size();
        }
        throw new NodeTrouble("its block tells of no transactions");
    }

    /** A time in ISO form; one without a zone is UTC. */
    private static Instant time(String text) throws NodeTrouble {
        try {
            boolean zoned = text.matches(".*(Z|[+-][0-9]{2}:?[0-9]{2})$");
            Instant time = zoned
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
            if (!time.isBefore(Instant.EPOCH) && time.isBefore(Instant.parse("+10000-01-01T00:00:00Z"))) {
                return time;
            }
        } catch (DateTimeParseException e) {
            // Said below.
        }
        throw new NodeTrouble("its block's timestamp is no time");
    }

    private static @Nullable Double seconds(JsonNode block, String field) {
        JsonNode value = block.path(field);
        return value.isNumber() && Double.isFinite(value.asDouble()) && value.asDouble() >= 0 ? value.asDouble() : null;
    }
}

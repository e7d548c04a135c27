package io.aitbc.poolhub.match;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Why miners were offered for a job, and why others were not, as it was recorded then. */
@Repository
public class MatchHistory {

    private static final TypeReference<LinkedHashMap<String, Integer>> COUNTS = new TypeReference<>() {};
    private static final TypeReference<LinkedHashMap<String, @Nullable Object>> MEMBERS = new TypeReference<>() {};
    private static final TypeReference<LinkedHashMap<String, Double>> PARTS = new TypeReference<>() {};

    /**
     * One match call.
     *
     * @param rejected how many miners were not offered, by reason
     * @param requirements what was demanded, and {@code hints} what was wished, by name; what was not said is not there
     */
    public record Call(
            Instant at,
            Map<String, Object> requirements,
            Map<String, Object> hints,
            int topK,
            Map<String, Integer> rejected,
            List<Offer> offers) {}

    /**
     * A miner that was offered.
     *
     * @param score 0..1
     * @param parts of the score, each 0..1 before it is weighed
     * @param etaMs how long the miner took to answer, ms
     * @param price of a GPU hour
     */
    public record Offer(
            String minerId,
            int rank,
            @Nullable Double score,
            Map<String, Double> parts,
            @Nullable Double etaMs,
            @Nullable BigDecimal price) {}

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    MatchHistory(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** The calls for a job, the latest first. */
    public List<Call> of(String jobId, int limit) {
        Map<UUID, Call> calls = new LinkedHashMap<>();
        jdbc.sql("""
                SELECT id, created_at, requirements, hints, top_k, rejected FROM match_requests
                WHERE job_id = :job ORDER BY created_at DESC, id DESC LIMIT :limit
                """).param("job", jobId).param("limit", limit).query(row -> {
            calls.put(
                    row.getObject(1, UUID.class),
                    new Call(
                            row.getTimestamp(2).toInstant(),
                            said(row.getString(3)),
                            said(row.getString(4)),
                            row.getInt(5),
                            read(row.getString(6), COUNTS),
                            new ArrayList<>()));
        });
        if (!calls.isEmpty()) {
            offers(jobId, calls);
        }
        return List.copyOf(calls.values());
    }

    private void offers(String jobId, Map<UUID, Call> calls) {
        jdbc.sql("""
                SELECT request_id, miner_id, rank, score, explain, eta_ms, price FROM match_results
                WHERE job_id = :job AND request_id = ANY (:calls) ORDER BY rank
                """)
                .param("job", jobId)
                .param("calls", calls.keySet().toArray(new UUID[0]))
                .query(row -> {
                    Call call = calls.get(row.getObject(1, UUID.class));
                    String explain = row.getString(5);
                    if (call != null) {
                        call.offers()
                                .add(new Offer(
                                        row.getString(2),
                                        row.getInt(3),
                                        (Double) row.getObject(4),
                                        explain == null ? Map.of() : read(explain, PARTS),
                                        (Double) row.getObject(6),
                                        row.getBigDecimal(7)));
                    }
                });
    }

    private Map<String, Object> said(String text) {
        Map<String, @Nullable Object> all = read(text, MEMBERS);
        Map<String, Object> said = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (value != null) {
                said.put(name, value);
            }
        });
        return said;
    }

    private <T> T read(String text, TypeReference<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a recorded match cannot be read", e);
        }
    }
}

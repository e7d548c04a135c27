package io.aitbc.coordinator.usage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Up to when each producer of usage says that it has sent everything. */
@Repository
public class Watermarks {

    /** One producer's word. */
    record Watermark(
            String source,
            Instant completeThrough,
            @Nullable Long count,
            @Nullable Map<String, BigDecimal> sums,
            Instant recordedAt) {}

    private static final TypeReference<Map<String, BigDecimal>> SUMS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    Watermarks(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** The time up to which every producer has sent everything; empty when none has ever said so. */
    public Optional<Instant> completeThrough() {
        return jdbc.sql("SELECT min(complete_through) FROM usage_watermarks")
                .query(OffsetDateTime.class)
                .optional()
                .map(OffsetDateTime::toInstant);
    }

    /** Keeps a producer's word, unless it has said a later time, or the same, before; false when nothing changed. */
    boolean advance(Watermark said) {
        return jdbc.sql("""
                INSERT INTO usage_watermarks AS known (source, complete_through, event_count, sums, recorded_at)
                VALUES (:source, :completeThrough, :count, :sums::jsonb, :recordedAt)
                ON CONFLICT (source) DO UPDATE
                SET complete_through = excluded.complete_through, event_count = excluded.event_count,
                    sums = excluded.sums, recorded_at = excluded.recorded_at
                WHERE excluded.complete_through > known.complete_through
                    OR excluded.complete_through = known.complete_through
                        AND (excluded.event_count, excluded.sums) IS DISTINCT FROM (known.event_count, known.sums)
                """)
                        .param("source", said.source())
                        .param("completeThrough", said.completeThrough().atOffset(ZoneOffset.UTC))
                        .param("count", said.count())
                        .param("sums", said.sums() == null ? null : write(said.sums()))
                        .param("recordedAt", said.recordedAt().atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }

    /** What a producer has said, locked until the transaction ends. */
    Optional<Watermark> lock(String source) {
        return jdbc.sql("SELECT * FROM usage_watermarks WHERE source = :source FOR UPDATE")
                .param("source", source)
                .query(this::watermark)
                .optional();
    }

    void forget(String source) {
        jdbc.sql("DELETE FROM usage_watermarks WHERE source = :source")
                .param("source", source)
                .update();
    }

    List<Watermark> all() {
        return jdbc.sql("SELECT * FROM usage_watermarks ORDER BY source")
                .query(this::watermark)
                .list();
    }

    private Watermark watermark(ResultSet row, int n) throws SQLException {
        String sums = row.getString("sums");
        return new Watermark(
                row.getString("source"),
                row.getObject("complete_through", OffsetDateTime.class).toInstant(),
                row.getObject("event_count", Long.class),
                sums == null ? null : read(sums),
                row.getObject("recorded_at", OffsetDateTime.class).toInstant());
    }

    private String write(Map<String, BigDecimal> sums) {
        try {
            return json.writeValueAsString(sums);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("sums are plain numbers", e);
        }
    }

    private Map<String, BigDecimal> read(String sums) {
        try {
            return json.readValue(sums, SUMS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("sums were written as plain numbers", e);
        }
    }
}

package io.aitbc.poolhub.match;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.poolhub.usage.UsageEvents;
import io.aitbc.poolhub.usage.UsageFact;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Keeps match calls: a batch, its results and the tenants' usage in one transaction. */
@Repository
class MatchLedger {

    private static final UUID NAMESPACE = UUID.nameUUIDFromBytes("match-calls".getBytes(StandardCharsets.UTF_8));

    private record Offer(MatchRecord match, int rank, Candidate candidate) {}

    private final JdbcTemplate jdbc;
    private final UsageEvents usage;
    private final ObjectWriter requirements;
    private final ObjectWriter hints;
    private final ObjectWriter counts;
    private final ObjectWriter parts;

    MatchLedger(JdbcTemplate jdbc, UsageEvents usage, ObjectMapper json) {
        this.jdbc = jdbc;
        this.usage = usage;
        this.requirements = json.writerFor(JobNeeds.Requirements.class);
        this.hints = json.writerFor(JobNeeds.Hints.class);
        this.counts = json.writerFor(Map.class);
        this.parts = json.writerFor(Candidate.Parts.class);
    }

    /** Writes a batch; answers nothing but that it is durable. */
    @Transactional
    public List<Boolean> write(List<MatchRecord> matches) {
        insertRequests(matches);
        insertResults(matches);
        usage.record(calls(matches));
        return matches.stream().map(match -> true).toList();
    }

    private void insertRequests(List<MatchRecord> matches) {
        jdbc.update(connection -> {
            var statement = connection.prepareStatement("""
                    INSERT INTO match_requests (id, job_id, tenant_id, requirements, hints, top_k, candidates, rejected, created_at)
                    SELECT * FROM unnest(?::uuid[], ?::text[], ?::text[], ?::jsonb[], ?::jsonb[], ?::int[], ?::int[],
                                         ?::jsonb[], ?::timestamptz[])
                    """);
            var columns = new Columns<>(connection, statement, matches);
            columns.set("uuid", MatchRecord::id);
            columns.set("text", m -> m.needs().jobId());
            columns.set("text", m -> m.needs().tenantId());
            columns.set("jsonb", m -> text(requirements, m.needs().required()));
            columns.set("jsonb", m -> text(hints, m.needs().hinted()));
            columns.set("int4", m -> m.needs().wanted());
            columns.set("int4", m -> m.candidates().size());
            columns.set("jsonb", m -> text(counts, m.rejected()));
            columns.set("timestamptz", m -> utc(m.at()));
            return statement;
        });
    }

    private void insertResults(List<MatchRecord> matches) {
        List<Offer> offers = new ArrayList<>();
        for (MatchRecord match : matches) {
            int rank = 0;
            for (Candidate candidate : match.candidates()) {
                offers.add(new Offer(match, ++rank, candidate));
            }
        }
        if (offers.isEmpty()) {
            return;
        }
        jdbc.update(connection -> {
            var statement = connection.prepareStatement("""
                    INSERT INTO match_results (id, request_id, job_id, miner_id, rank, score, explain, eta_ms, price, created_at)
                    SELECT * FROM unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::int[], ?::float8[], ?::jsonb[],
                                         ?::float8[], ?::numeric[], ?::timestamptz[])
                    """);
            var columns = new Columns<>(connection, statement, offers);
            columns.set("uuid", o -> UuidCreator.getTimeOrderedEpochFast());
            columns.set("uuid", o -> o.match().id());
            columns.set("text", o -> o.match().needs().jobId());
            columns.set("text", o -> o.candidate().minerId());
            columns.set("int4", Offer::rank);
            columns.set("float8", o -> o.candidate().score());
            columns.set("jsonb", o -> text(parts, o.candidate().explain()));
            columns.set("float8", o -> o.candidate().etaMs());
            columns.set("numeric", o -> o.candidate().price().toPlainString());
            columns.set("timestamptz", o -> utc(o.match().at()));
            return statement;
        });
    }

    /** One event per tenant and batch; its id is derived from the first call that it counts. */
    private static List<UsageFact> calls(List<MatchRecord> matches) {
        Map<String, List<MatchRecord>> byTenant = new TreeMap<>();
        for (MatchRecord match : matches) {
            String tenant = match.needs().tenantId();
            if (tenant != null) {
                byTenant.computeIfAbsent(tenant, t -> new ArrayList<>()).add(match);
            }
        }
        List<UsageFact> facts = new ArrayList<>();
        byTenant.forEach((tenant, calls) -> {
            MatchRecord first = calls.get(0);
            facts.add(new UsageFact(
                    UuidCreator.getNameBasedSha1(NAMESPACE, tenant + "/" + first.id()),
                    tenant,
                    null,
                    calls.size() == 1 ? first.needs().jobId() : null,
                    "api_calls",
                    BigDecimal.valueOf(calls.size()),
                    null,
                    first.at(),
                    null,
                    null,
                    Map.of("call", "match"),
                    "hub"));
        });
        return facts;
    }

    private static String text(ObjectWriter writer, Object value) {
        try {
            return writer.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write as JSON", e);
        }
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /** Fills a statement's array parameters, one per column. */
    private static final class Columns<T> {

        private final java.sql.Connection connection;
        private final java.sql.PreparedStatement statement;
        private final List<T> rows;
        private int at;

        Columns(java.sql.Connection connection, java.sql.PreparedStatement statement, List<T> rows) {
            this.connection = connection;
            this.statement = statement;
            this.rows = rows;
        }

        void set(String type, Function<T, @Nullable Object> column) throws java.sql.SQLException {
            Object[] values = rows.stream().map(column).toArray();
            statement.setArray(++at, connection.createArrayOf(type, values));
        }
    }
}

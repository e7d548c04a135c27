package io.aitbc.coordinator.usage;

import io.aitbc.service.web.Page;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;

/** The events that something charged was computed from. */
@Repository
public class UsageEvidence {

    /** Which events' prices are meant. */
    public enum Priced {
        /** Those that bring no price, or whose price is not trusted. */
        BY_PLAN,
        /** Those that bring a price that counts. */
        BY_THEMSELVES,
        /** Both. */
        EITHER_WAY
    }

    /** Outcomes that cost nothing in [from, to). */
    public record Waived(Instant from, Instant to, Collection<String> outcomes) {}

    /**
     * Which events are meant; null means whichever.
     *
     * @param to exclusive
     * @param gpuModel exactly this model
     * @param isModelExact whether no model means events that name none, rather than whichever
     * @param otherModels none of these models
     * @param ownPrice the price that the events bring
     * @param outcome exactly this outcome
     * @param waived without those of these outcomes at these times
     * @param afterSeq exclusive
     * @param throughSeq inclusive
     */
    public record Selection(
            String tenantId,
            Instant from,
            Instant to,
            @Nullable String resourceType,
            @Nullable String gpuModel,
            boolean isModelExact,
            Collection<String> otherModels,
            Priced priced,
            @Nullable BigDecimal ownPrice,
            @Nullable String outcome,
            Collection<Waived> waived,
            @Nullable String minerId,
            long afterSeq,
            long throughSeq) {}

    private final UsageRows rows;
    private final Rating rating;

    UsageEvidence(UsageRows rows, Rating rating) {
        this.rows = rows;
        this.rating = rating;
    }

    /** A page of them, by time. */
    public Page<UsageRow> page(Selection selection, @Nullable String cursor, int limit) {
        return rows.page(where(selection), cursor, limit);
    }

    private UsageFilter.Where where(Selection asked) {
        StringBuilder sql = new StringBuilder("l.tenant_id = :tenant AND l.occurred_at >= :from AND l.occurred_at < :to"
                + " AND l.seq > :after AND l.seq <= :through");
        Map<String, Object> params = new HashMap<>();
        params.put("tenant", asked.tenantId());
        params.put("from", asked.from().atOffset(ZoneOffset.UTC));
        params.put("to", asked.to().atOffset(ZoneOffset.UTC));
        params.put("after", asked.afterSeq());
        params.put("through", asked.throughSeq());
        add(sql, params, " AND l.resource_type = :resource", "resource", asked.resourceType());
        add(sql, params, " AND l.gpu_model = :model", "model", asked.gpuModel());
        if (asked.isModelExact() && asked.gpuModel() == null) {
            sql.append(" AND l.gpu_model IS NULL");
        }
        add(sql, params, " AND l.outcome = :outcome", "outcome", asked.outcome());
        add(sql, params, " AND l.miner_id = :miner", "miner", asked.minerId());
        if (!asked.otherModels().isEmpty()) {
            add(
                    sql,
                    params,
                    " AND (l.gpu_model IS NULL OR l.gpu_model <> ALL (:models))",
                    "models",
                    asked.otherModels().toArray(String[]::new));
        }
        int number = 0;
        for (Waived waived : asked.waived()) {
            String n = Integer.toString(number++);
            sql.append(" AND NOT (l.occurred_at >= :waivedFrom").append(n);
            sql.append(" AND l.occurred_at < :waivedTo").append(n);
            sql.append(" AND coalesce(l.outcome = ANY (:waived").append(n).append("), false))");
            params.put("waivedFrom" + n, waived.from().atOffset(ZoneOffset.UTC));
            params.put("waivedTo" + n, waived.to().atOffset(ZoneOffset.UTC));
            params.put("waived" + n, waived.outcomes().toArray(String[]::new));
        }
        switch (asked.priced()) {
            case BY_PLAN -> sql.append(" AND (").append(rating.ownPrice()).append(") IS NULL");
            case BY_THEMSELVES -> sql.append(" AND (").append(rating.ownPrice()).append(") IS NOT NULL");
            case EITHER_WAY -> {}
        }
        add(sql, params, " AND l.unit_price = :price", "price", asked.ownPrice());
        return new UsageFilter.Where(sql.toString(), params);
    }

    private static void add(
            StringBuilder sql, Map<String, Object> params, String condition, String name, @Nullable Object value) {
        if (value != null) {
            sql.append(condition);
            params.put(name, value);
        }
    }
}

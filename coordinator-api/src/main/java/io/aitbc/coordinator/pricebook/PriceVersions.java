package io.aitbc.coordinator.pricebook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Rate;
import io.aitbc.coordinator.pricing.Tariff;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Adds versions to price plans, and takes back those that are not yet in force. */
@Repository
class PriceVersions {

    private static final int SHARE_DECIMALS = 20;

    /**
     * A plan at the moment that it is locked.
     *
     * @param now by the database's clock
     */
    record Standing(long versions, boolean isTaken, Instant now) {}

    /** A rate as a row; a tariff fills what is its own. */
    private record Row(
            String resourceType,
            @Nullable String gpuModel,
            String tariff,
            BigDecimal listPrice,
            @Nullable List<Tariff.Tier> tiers,
            @Nullable BigDecimal packageSize,
            @Nullable BigDecimal packagePrice,
            BigDecimal freeUnits) {

        static Row of(Rate rate) {
            String resource = rate.resourceType();
            String gpu = rate.gpuModel();
            BigDecimal free = rate.freeUnits();
            Tariff tariff = rate.tariff();
            if (tariff instanceof Tariff.PerUnit one) {
                return new Row(resource, gpu, "PER_UNIT", one.unitPrice(), null, null, null, free);
            } else if (tariff instanceof Tariff.Graduated graduated) {
                List<Tariff.Tier> tiers = graduated.tiers();
                return new Row(resource, gpu, "GRADUATED", tiers.get(0).unitPrice(), tiers, null, null, free);
            } else if (tariff instanceof Tariff.Volume volume) {
                List<Tariff.Tier> tiers = volume.tiers();
                return new Row(resource, gpu, "VOLUME", tiers.get(0).unitPrice(), tiers, null, null, free);
            } else if (tariff instanceof Tariff.Packages packages) {
                BigDecimal price = packages.packagePrice();
                BigDecimal size = packages.size();
                BigDecimal share = price.divide(size, SHARE_DECIMALS, RoundingMode.HALF_UP);
                return new Row(resource, gpu, "PACKAGE", share, null, size, price, free);
            }
            throw new IllegalStateException("a tariff of no known kind: " + tariff);
        }
    }

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    PriceVersions(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Every plan in every currency. */
    List<PlanSummary> summaries() {
        return jdbc.sql("""
                SELECT plan, currency, count(valid_from) AS versions,
                    max(valid_from) FILTER (WHERE valid_from <= clock_timestamp()) AS since,
                    min(valid_from) FILTER (WHERE valid_from > clock_timestamp()) AS next
                FROM price_plans LEFT JOIN price_versions USING (plan, currency)
                GROUP BY plan, currency ORDER BY plan, currency
                """)
                .query((row, n) -> new PlanSummary(
                        row.getString("plan"),
                        row.getString("currency"),
                        row.getLong("versions"),
                        instant(row, "since"),
                        instant(row, "next")))
                .list();
    }

    /** In which currencies there is a plan of this name. */
    List<String> currencies(String plan) {
        return jdbc.sql("SELECT currency FROM price_plans WHERE plan = :plan ORDER BY currency")
                .param("plan", plan)
                .query(String.class)
                .list();
    }

    /** Makes the plan if it is not there, and holds up others who would add to it. */
    Standing lock(StoredPrices.Key key, Instant from) {
        jdbc.sql("INSERT INTO price_plans (plan, currency) VALUES (:plan, :currency) ON CONFLICT DO NOTHING")
                .param("plan", key.plan())
                .param("currency", key.currency().getCurrencyCode())
                .update();
        jdbc.sql("SELECT 1 FROM price_plans WHERE plan = :plan AND currency = :currency FOR NO KEY UPDATE")
                .param("plan", key.plan())
                .param("currency", key.currency().getCurrencyCode())
                .query(Integer.class)
                .optional();
        return of("""
                SELECT count(*) AS versions, coalesce(bool_or(valid_from = :from), false) AS taken,
                    clock_timestamp() AS now
                FROM price_versions WHERE plan = :plan AND currency = :currency
                """, key, from)
                .query((row, n) -> new Standing(
                        row.getLong("versions"),
                        row.getBoolean("taken"),
                        row.getObject("now", OffsetDateTime.class).toInstant()))
                .single();
    }

    /** Adds a version to a locked plan. */
    void add(StoredPrices.Key key, PricePlan.Version version) {
        of("""
                INSERT INTO price_versions (plan, currency, valid_from, minimum_commitment, waived_outcomes, sla_credits)
                VALUES (:plan, :currency, :from, :commitment, (:waived)::varchar[], :credits::jsonb)
                """, key, version.from())
                .param("commitment", version.minimumCommitment())
                .param(
                        "waived",
                        version.waived().stream().map(Enum::name).sorted().toArray(String[]::new))
                .param("credits", write(version.slaCredits()))
                .update();
        addRates(key, version.from(), version.rates());
    }

    /** Adds rates to a version of a locked plan. */
    void addRates(StoredPrices.Key key, Instant from, List<Rate> rates) {
        of("""
                INSERT INTO price_rates (plan, currency, valid_from, resource_type, gpu_model, tariff, list_price, tiers,
                    package_size, package_price, free_units)
                SELECT :plan, :currency, :from, r.resource_type, r.gpu_model, r.tariff, r.list_price, r.tiers,
                    r.package_size, r.package_price, r.free_units
                FROM jsonb_to_recordset(:rates::jsonb) AS r (resource_type text, gpu_model text, tariff text,
                    list_price numeric, tiers jsonb, package_size numeric, package_price numeric, free_units numeric)
                """, key, from)
                .param("rates", write(rates.stream().map(Row::of).toList()))
                .update();
    }

    /** Takes back a version that is not yet in force; false when it is, or is not there. */
    boolean remove(StoredPrices.Key key, Instant from) {
        return of("""
                DELETE FROM price_versions
                WHERE plan = :plan AND currency = :currency AND valid_from = :from AND valid_from > clock_timestamp()
                """, key, from).update() > 0;
    }

    /** Takes away the plan's name once it has no version. */
    void removeEmpty(StoredPrices.Key key) {
        jdbc.sql("""
                DELETE FROM price_plans p WHERE plan = :plan AND currency = :currency
                    AND NOT EXISTS (SELECT FROM price_versions v WHERE (v.plan, v.currency) = (p.plan, p.currency))
                """)
                .param("plan", key.plan())
                .param("currency", key.currency().getCurrencyCode())
                .update();
    }

    private JdbcClient.StatementSpec of(String sql, StoredPrices.Key key, Instant from) {
        return jdbc.sql(sql)
                .param("plan", key.plan())
                .param("currency", key.currency().getCurrencyCode())
                .param("from", from.atOffset(ZoneOffset.UTC));
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("prices are plain numbers and names", e);
        }
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}

package io.aitbc.coordinator.pricebook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.coordinator.pricing.Decimals;
import io.aitbc.coordinator.pricing.Outcome;
import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Rate;
import io.aitbc.coordinator.pricing.SlaCredit;
import io.aitbc.coordinator.pricing.Tariff;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Price plans in the database. */
@Repository
class StoredPrices {

    /** A plan's name, and the currency that it is in. */
    record Key(String plan, Currency currency) {}

    private static final TypeReference<List<Tariff.Tier>> TIERS = new TypeReference<>() {};
    private static final TypeReference<List<SlaCredit>> CREDITS = new TypeReference<>() {};

    private final JdbcClient jdbc;
    private final ObjectMapper json;

    StoredPrices(JdbcClient jdbc, ObjectMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Those of the plans that there are, each with all its versions; of one statement's view. */
    Map<Key, PricePlan> find(Collection<Key> keys) {
        Map<Key, List<Versioned>> found = new HashMap<>();
        jdbc.sql("""
                SELECT plan, currency, v.valid_from, v.minimum_commitment, v.waived_outcomes, v.sla_credits,
                    r.resource_type, r.gpu_model, r.tariff, r.list_price, r.tiers, r.package_size, r.package_price,
                    r.free_units
                FROM unnest(:plans::text[], :currencies::text[]) AS asked (plan, currency)
                JOIN price_plans USING (plan, currency)
                LEFT JOIN price_versions v USING (plan, currency)
                LEFT JOIN price_rates r USING (plan, currency, valid_from)
                ORDER BY plan, currency, v.valid_from, r.resource_type, r.gpu_model NULLS FIRST
                """)
                .param("plans", keys.stream().map(Key::plan).toArray(String[]::new))
                .param(
                        "currencies",
                        keys.stream()
                                .map(key -> key.currency().getCurrencyCode())
                                .toArray(String[]::new))
                .query(row -> {
                    Key key = new Key(row.getString("plan"), Currency.getInstance(row.getString("currency")));
                    add(found.computeIfAbsent(key, any -> new ArrayList<>()), row);
                });
        Map<Key, PricePlan> plans = new HashMap<>();
        found.forEach((key, versions) -> plans.put(
                key,
                new PricePlan(
                        key.currency(),
                        versions.stream().map(Versioned::version).toList())));
        return plans;
    }

    /** A version while its rates are read. */
    private record Versioned(
            Instant from, BigDecimal commitment, Set<Outcome> waived, List<SlaCredit> credits, List<Rate> rates) {

        PricePlan.Version version() {
            return new PricePlan.Version(from, rates, commitment, waived, credits);
        }
    }

    private void add(List<Versioned> versions, ResultSet row) throws SQLException {
        OffsetDateTime from = row.getObject("valid_from", OffsetDateTime.class);
        if (from == null) {
            return;
        }
        Versioned last = versions.isEmpty() ? null : versions.get(versions.size() - 1);
        if (last == null || !last.from().equals(from.toInstant())) {
            String[] waived = (String[]) row.getArray("waived_outcomes").getArray();
            last = new Versioned(
                    from.toInstant(),
                    number(row, "minimum_commitment"),
                    Arrays.stream(waived).map(Outcome::valueOf).collect(Collectors.toUnmodifiableSet()),
                    read(row.getString("sla_credits"), CREDITS),
                    new ArrayList<>());
            versions.add(last);
        }
        String resource = row.getString("resource_type");
        if (resource != null) {
            last.rates().add(new Rate(resource, row.getString("gpu_model"), tariff(row), number(row, "free_units")));
        }
    }

    private Tariff tariff(ResultSet row) throws SQLException {
        String kind = row.getString("tariff");
        return switch (kind) {
            case "PER_UNIT" -> new Tariff.PerUnit(number(row, "list_price"));
            case "GRADUATED" -> new Tariff.Graduated(read(row.getString("tiers"), TIERS));
            case "VOLUME" -> new Tariff.Volume(read(row.getString("tiers"), TIERS));
            case "PACKAGE" -> new Tariff.Packages(number(row, "package_size"), number(row, "package_price"));
            default -> throw new SQLException("a tariff of no known kind: " + kind);
        };
    }

    /** Without the zeros that the column's scale adds. */
    private static BigDecimal number(ResultSet row, String column) throws SQLException {
        return Decimals.tidy(row.getBigDecimal(column));
    }

    private <T> T read(@Nullable String text, TypeReference<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a price plan that was stored cannot be read", e);
        }
    }
}

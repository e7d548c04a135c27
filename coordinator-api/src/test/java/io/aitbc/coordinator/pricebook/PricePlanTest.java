package io.aitbc.coordinator.pricebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.coordinator.RunningCoordinator;
import io.aitbc.coordinator.pricing.Outcome;
import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.Tariff;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Price plans over HTTP and in the database. */
class PricePlanTest extends RunningCoordinator {

    private static final String PLANS = "/api/price-plans/";
    private static final String ALL_KINDS = """
            {"currency": "USD", "valid_from": "%s", "minimum_commitment": 25, "rates": [
                {"resource_type": "gpu_hours", "unit_price": 0.75, "free_units": 10},
                {"resource_type": "gpu_hours", "gpu_model": "H100", "model": "graduated",
                    "tiers": [{"up_to": 100, "unit_price": 2.5}, {"unit_price": 1.99999999}]},
                {"resource_type": "api_calls", "model": "package", "package_size": 1000000, "package_price": 7},
                {"resource_type": "storage_gb", "model": "volume",
                    "tiers": [{"up_to": 1000, "unit_price": 0.02}, {"up_to": null, "unit_price": 0.01}]}],
             "waived_outcomes": ["preempted"],
             "sla_credits": [{"metric": "uptime_pct", "below": 99, "credit_pct": 5}]}""";

    @Autowired
    private PriceBook book;

    @Autowired
    private PlatformTransactionManager transactions;

    @Test
    void whatIsAddedIsWhatIsReadAndWhatTenantsAreBilledBy() {
        String plan = unique("plan");
        Answer added = post(OPERATOR, PLANS + plan + "/versions", ALL_KINDS.formatted("2026-01-01T00:00:00Z"));
        assertThat(added.status()).as(added.response().body()).isEqualTo(201);
        JsonNode read =
                get(VIEWER, PLANS + plan + "?currency=USD").body().path("items").path(0);
        assertThat(read.path("versions").path(0)).isEqualTo(added.body());
        assertThat(added.body().path("rates").findValuesAsText("model"))
                .containsExactlyInAnyOrder("per_unit", "graduated", "package", "volume");
        String tenant = tenantOn(plan);
        PricePlan priced = book.planOf(tenant);
        PricePlan.Version version =
                priced.at(Instant.parse("2026-02-01T00:00:00Z")).orElseThrow();
        assertThat(version.waived()).containsExactly(Outcome.PREEMPTED);
        assertThat(version.minimumCommitment()).isEqualByComparingTo("25");
        assertThat(version.slaCredit("uptime_pct", new BigDecimal("98"))
                        .orElseThrow()
                        .creditPct())
                .isEqualByComparingTo("5");
        assertThat(version.rates()).anySatisfy(rate -> {
            assertThat(rate.gpuModel()).isEqualTo("H100");
            assertThat(rate.tariff())
                    .isEqualTo(new Tariff.Graduated(List.of(
                            new Tariff.Tier(new BigDecimal("100"), new BigDecimal("2.5")),
                            new Tariff.Tier(null, new BigDecimal("1.99999999")))));
        });
        assertThat(listPrices(plan))
                .containsExactly(
                        "api_calls null 0.00000700000000000000",
                        "gpu_hours null 0.75",
                        "gpu_hours H100 2.5",
                        "storage_gb null 0.02");
    }

    @Test
    void aModelsOwnPriceAndTheOneThatWasInForceCountInMetricsAndInvoices() {
        String plan = unique("plan");
        add(
                plan,
                "2026-01-01T00:00:00Z",
                "{\"resource_type\": \"gpu_hours\", \"unit_price\": 1}, {\"resource_type\": \"gpu_hours\", \"gpu_model\": \"H100\", \"unit_price\": 3}");
        later(plan, "2026-04-22T10:00:00Z", "gpu_hours", "10");
        String tenant = tenantOn(plan);
        usage("[" + event(unique("e"), tenant, "gpu_hours", "1") + ","
                + event(unique("e"), tenant, "gpu_hours", "1").replace("10:30", "09:59") + ","
                + event(unique("e"), tenant, "gpu_hours", "1", ", \"gpu_model\": \"H100\"")
                        .replace("10:30", "09:59") + "]");
        assertThat(get(VIEWER, "/api/billing/metrics?tenant_id=" + tenant)
                        .body()
                        .path("cost")
                        .path(0)
                        .path("amount")
                        .decimalValue())
                .isEqualByComparingTo("14");
        assertThat(get(keyOf(tenant), "/api/billing/metrics")
                        .body()
                        .path("cost")
                        .path(0)
                        .path("amount")
                        .decimalValue())
                .as("read with the tenant's own key, behind row-level security")
                .isEqualByComparingTo("14");
        Answer draft = post(SERVICE, "/api/billing/invoice", """
                {"tenant_id": "%s", "period_start": "2026-04-01T00:00:00Z", "period_end": "2026-05-01T00:00:00Z"}""".formatted(tenant));
        assertThat(draft.body().path("total").decimalValue()).isEqualByComparingTo("14");
    }

    @Test
    void aTenantsKeySeesNoOtherPlansPrices() {
        String own = unique("plan");
        String other = unique("plan");
        add(own, "2026-01-01T00:00:00Z", "");
        add(other, "2026-01-01T00:00:00Z", "");
        String tenant = tenantOn(own);
        assertThat(get(keyOf(tenant), "/api/price-plans").status()).isEqualTo(403);
        List<String> seen = new TransactionTemplate(transactions).execute(status -> {
            jdbc.sql("SELECT set_config('app.tenant', :t, true), set_config('role', 'coordinator_tenant', true)")
                    .param("t", tenant)
                    .query()
                    .singleRow();
            return jdbc.sql(
                            "SELECT plan FROM price_versions UNION SELECT plan FROM price_rates UNION SELECT price_plan FROM tenants")
                    .query(String.class)
                    .list();
        });
        assertThat(seen).containsExactly(own);
    }

    @Test
    void aVersionBeginsOnceAndNotInThePast() {
        String plan = unique("plan");
        add(plan, "2026-01-01T00:00:00Z", "");
        assertThat(version(plan, "2026-01-01T00:00:00Z", "").problem()).isEqualTo("version-exists");
        Answer past = version(plan, "2026-02-01T00:00:00Z", "");
        assertThat(past.status()).isEqualTo(422);
        assertThat(past.problem()).isEqualTo("valid-from-in-past");
        assertThat(version(plan, "2199-01-01T00:00:00Z", "").status()).isEqualTo(201);
        assertThat(version(plan, "2199-01-01T00:00:00Z", "").status()).isEqualTo(409);
        for (String time : List.of("1969-12-31T23:59:59Z", "+999999999-12-31T23:59:59Z")) {
            assertThat(version(plan, time, "").problem()).isEqualTo("bad-valid-from");
        }
        JsonNode listed = get(VIEWER, "/api/price-plans").body().path("items");
        for (JsonNode item : listed) {
            if (item.path("plan").asText().equals(plan)) {
                assertThat(item.path("versions").asInt()).isEqualTo(2);
                assertThat(item.path("in_force_since").asText()).isEqualTo("2026-01-01T00:00:00Z");
                assertThat(item.path("next_from").asText()).isEqualTo("2199-01-01T00:00:00Z");
            }
        }
        assertThat(listed.findValuesAsText("plan")).contains(plan, "default");
    }

    @Test
    void onlyWhatIsNotYetInForceIsTakenBack() {
        String plan = unique("plan");
        add(plan, "2026-01-01T00:00:00Z", "");
        add(plan, "2199-01-01T00:00:00Z", "{\"resource_type\": \"gpu_hours\", \"unit_price\": 1}");
        assertThat(remove(plan, "2026-01-01T00:00:00Z").problem()).isEqualTo("version-in-force");
        assertThat(remove(plan, "2198-01-01T00:00:00Z").status()).isEqualTo(404);
        assertThat(remove(plan, "2199-01-01T00:00:00Z").status()).isEqualTo(204);
        assertThat(remove(plan, "2199-01-01T00:00:00Z").status()).isEqualTo(404);
        assertThat(get(VIEWER, PLANS + plan).body().path("items").path(0).path("versions"))
                .hasSize(1);
        String coming = unique("plan");
        add(coming, "2199-01-01T00:00:00Z", "");
        tenantOn(coming);
        assertThat(remove(coming, "2199-01-01T00:00:00Z").problem()).isEqualTo("price-plan-in-use");
        String unused = unique("plan");
        add(unused, "2199-01-01T00:00:00Z", "");
        assertThat(remove(unused, "2199-01-01T00:00:00Z").status()).isEqualTo(204);
        assertThat(get(VIEWER, PLANS + unused).problem()).isEqualTo("unknown-price-plan");
    }

    @Test
    void theDatabaseItselfKeepsPricesAsTheyWere() {
        String plan = unique("plan");
        add(plan, "2026-01-01T00:00:00Z", "{\"resource_type\": \"gpu_hours\", \"unit_price\": 1}");
        add(plan, "2199-01-01T00:00:00Z", "{\"resource_type\": \"gpu_hours\", \"unit_price\": 1}");
        for (String sql : List.of(
                "UPDATE price_versions SET minimum_commitment = 1 WHERE plan = :p",
                "UPDATE price_rates SET list_price = 9 WHERE plan = :p",
                "DELETE FROM price_rates WHERE plan = :p AND valid_from < now()",
                "DELETE FROM price_versions WHERE plan = :p AND valid_from < now()",
                "INSERT INTO price_rates (plan, currency, valid_from, resource_type, gpu_model, tariff, list_price)"
                        + " VALUES (:p, 'USD', '2026-01-01T00:00:00Z', 'gpu_hours', 'H100', 'PER_UNIT', 1)")) {
            assertThatThrownBy(() -> jdbc.sql(sql).param("p", plan).update())
                    .as(sql)
                    .hasMessageMatching("(?s).*(append-only|has a price).*");
        }
        assertThatThrownBy(
                        () -> jdbc.sql("TRUNCATE price_versions, price_rates").update())
                .hasMessageContaining("append-only");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"rates\": null                                                                         | rates",
                "\"rates\": [null]                                                                       | rates[0]",
                "\"rates\": [{}]                                                                         | rates[0].resource_type rates[0].unit_price",
                "\"rates\": [{\"resource_type\": \"gold\", \"unit_price\": 1}]                           | rates[0].resource_type",
                "\"rates\": [{\"resource_type\": \"gpu_hours\", \"unit_price\": -1}]                     | rates[0].unit_price",
                "\"rates\": [{\"resource_type\": \"gpu_hours\", \"unit_price\": 0.123456789}]            | rates[0].unit_price",
                "\"rates\": [{\"resource_type\": \"gpu_hours\", \"unit_price\": 1e13}]           | rates[0].unit_price",
                "\"rates\": [{\"resource_type\": \"gpu_hours\", \"unit_price\": 1, \"free_units\": -1}]  | rates[0].free_units",
                "\"rates\": [{\"resource_type\": \"gpu_hours\", \"unit_price\": 1, \"model\": \"x\"}]    | rates[0].model",
                "\"rates\": [{\"resource_type\": \"gpu_hours\", \"unit_price\": 1, \"gpu_model\": \"\"}] | rates[0].gpu_model",
                "\"rates\": [{\"resource_type\": \"gpu_hours\", \"unit_price\": 1, \"gpu_model\": \"a\\u0000\"}] | rates[0].gpu_model",
                "\"rates\": [{\"resource_type\": \"gpu_hours\", \"unit_price\": 1}, {\"resource_type\": \"gpu_hours\", \"unit_price\": 2}] | rates",
                "\"rates\": [{\"resource_type\": \"gpu_hours\", \"model\": \"graduated\"}]               | rates[0].tiers rates[0].tiers",
                "\"rates\": [{\"resource_type\": \"gpu_hours\", \"model\": \"volume\", \"tiers\": [{\"up_to\": 5, \"unit_price\": 1}]}] | rates[0].tiers",
                "\"rates\": [{\"resource_type\": \"gpu_hours\", \"model\": \"volume\", \"tiers\": [null, {\"unit_price\": -1}]}] | rates[0].tiers[0] rates[0].tiers[1].unit_price",
                "\"rates\": [{\"resource_type\": \"gpu_hours\", \"model\": \"package\", \"package_size\": 0, \"package_price\": 1}] | rates[0].package_size",
                "\"rates\": [], \"minimum_commitment\": -1                                               | minimum_commitment",
                "\"rates\": [], \"waived_outcomes\": [\"completed\", null]                               | waived_outcomes[0] waived_outcomes[1]",
                "\"rates\": [], \"sla_credits\": [{\"metric\": \"A b\", \"below\": 1, \"credit_pct\": 1}] | sla_credits[0].metric",
                "\"rates\": [], \"sla_credits\": [{\"metric\": \"uptime_pct\", \"below\": 1, \"credit_pct\": 101}] | sla_credits[0].credit_pct",
                "\"rates\": [], \"sla_credits\": [{\"metric\": \"uptime_pct\", \"below\": 2, \"credit_pct\": 2}, {\"metric\": \"uptime_pct\", \"below\": 1, \"credit_pct\": 1}] | sla_credits",
            })
    void whatIsWrongIsSaidWithItsPlace(String fields, String places) {
        Answer answer = post(
                OPERATOR,
                PLANS + unique("plan") + "/versions",
                "{\"currency\": \"USD\", \"valid_from\": \"2026-01-01T00:00:00Z\", " + fields + "}");
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(422);
        assertThat(answer.body().path("errors").findValuesAsText("field")).isEqualTo(List.of(places.split(" ")));
    }

    @Test
    void everyChangeIsInTheAuditLogOnce() {
        String plan = unique("plan");
        add(plan, "2199-01-01T00:00:00Z", "");
        version(plan, "2199-01-01T00:00:00Z", "");
        remove(plan, "2199-01-01T00:00:00Z");
        String name = unique("type").replace('-', '_');
        post(OPERATOR, "/api/resource-types", "{\"name\": \"%s\", \"unit\": \"x\"}".formatted(name));
        post(OPERATOR, "/api/resource-types", "{\"name\": \"%s\", \"unit\": \"x\"}".formatted(name));
        assertThat(jdbc.sql(
                                "SELECT action || ' by ' || actor FROM audit_log WHERE subject LIKE :p || '/%' OR subject = :n ORDER BY id")
                        .param("p", plan)
                        .param("n", name)
                        .query(String.class)
                        .list())
                .containsExactly(
                        "price-plan.version.add by operator",
                        "price-plan.version.remove by operator",
                        "resource-type.add by operator");
    }

    @Test
    void aNewResourceTypeIsBilledAtOnce() {
        String name = unique("tokens").replace('-', '_');
        Answer made = post(
                OPERATOR,
                "/api/resource-types",
                "{\"name\": \"%s\", \"unit\": \"token\", \"hours_per_unit\": 24, \"sent_unit\": \"gb\"}"
                        .formatted(name));
        assertThat(made.status()).as(made.response().body()).isEqualTo(201);
        assertThat(get(VIEWER, "/api/resource-types").body().path("items").findValuesAsText("name"))
                .contains(name, "gpu_hours");
        assertThat(post(OPERATOR, "/api/resource-types", "{\"name\": \"%s\", \"unit\": \"x\"}".formatted(name))
                        .problem())
                .isEqualTo("resource-type-exists");
        String plan = unique("plan");
        add(plan, "2026-01-01T00:00:00Z", "{\"resource_type\": \"%s\", \"unit_price\": 2}".formatted(name));
        String tenant = tenantOn(plan);
        usage(
                event(
                        unique("e"),
                        tenant,
                        name,
                        "6",
                        ", \"unit\": \"gb\", \"period_start\": \"2026-04-22T02:00:00Z\", \"period_end\": \"2026-04-22T10:00:00Z\""));
        assertThat(get(VIEWER, "/api/billing/metrics?tenant_id=" + tenant)
                        .body()
                        .path("cost")
                        .path(0)
                        .path("amount")
                        .decimalValue())
                .isEqualByComparingTo("4");
        for (String bad : List.of(
                "\"name\": \"A b\", \"unit\": \"x\"",
                "\"name\": \"a\"",
                "\"name\": \"a\", \"unit\": \"x\", \"hours_per_unit\": 0",
                "\"name\": \"a\", \"unit\": \"x\", \"hours_per_unit\": 1e9")) {
            assertThat(post(OPERATOR, "/api/resource-types", "{" + bad + "}").status())
                    .as(bad)
                    .isEqualTo(422);
        }
    }

    private String tenantOn(String plan) {
        String id = unique("tenant");
        assertThat(post(OPERATOR, "/api/tenants", "{\"tenant_id\": \"%s\", \"price_plan\": \"%s\"}".formatted(id, plan))
                        .status())
                .isEqualTo(201);
        return id;
    }

    private Answer version(String plan, String from, String rates) {
        return post(
                OPERATOR,
                PLANS + plan + "/versions",
                "{\"currency\": \"USD\", \"valid_from\": \"%s\", \"rates\": [%s]}".formatted(from, rates));
    }

    private void add(String plan, String from, String rates) {
        Answer answer = version(plan, from, rates);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(201);
    }

    private Answer remove(String plan, String from) {
        return send(OPERATOR, "DELETE", PLANS + plan + "/versions/" + from + "?currency=USD", null, "");
    }

    /** A version in what is the past by the database's clock, and the present by this test's. */
    private void later(String plan, String from, String resource, String price) {
        new TransactionTemplate(transactions).executeWithoutResult(status -> {
            jdbc.sql("""
                    INSERT INTO price_versions (plan, currency, valid_from, minimum_commitment, waived_outcomes, sla_credits)
                    VALUES (:plan, 'USD', :from::timestamptz, 0, '{}', '[]')
                    """).param("plan", plan).param("from", from).update();
            jdbc.sql("""
                    INSERT INTO price_rates (plan, currency, valid_from, resource_type, tariff, list_price)
                    VALUES (:plan, 'USD', :from::timestamptz, :resource, 'PER_UNIT', :price::numeric)
                    """)
                    .param("plan", plan)
                    .param("from", from)
                    .param("resource", resource)
                    .param("price", price)
                    .update();
        });
    }

    private List<String> listPrices(String plan) {
        return jdbc.sql(
                        "SELECT resource_type || ' ' || coalesce(gpu_model, 'null') || ' ' || list_price FROM price_rates WHERE plan = :p ORDER BY resource_type, gpu_model NULLS FIRST")
                .param("p", plan)
                .query(String.class)
                .list();
    }
}

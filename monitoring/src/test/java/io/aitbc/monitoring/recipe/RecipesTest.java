package io.aitbc.monitoring.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.monitoring.target.TargetType;
import io.aitbc.service.configuration.StartRefusals;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class RecipesTest {

    private static final Scope TEN_MINUTES = new Scope("bench01", Duration.ofMinutes(10), new BigDecimal("40"));

    private final Recipes ours = new Recipes(new RecipeSettings(""));

    private static List<String> names(List<Kpi> kpis) {
        return kpis.stream().map(Kpi::name).toList();
    }

    @Test
    void theSeedsColumnsAreFilledByTheTypesThatCanFillThem() {
        assertThat(names(ours.of(List.of(TargetType.VLLM))))
                .contains("throughput_qps", "latency_p50_ms", "latency_p95_ms", "latency_p99_ms", "ttft_p95_ms");
        assertThat(names(ours.of(List.of(TargetType.QDRANT)))).contains("throughput_qps", "latency_p95_ms");
        assertThat(names(ours.of(List.of(TargetType.CUSTOM)))).contains("throughput_qps", "latency_p99_ms");
        assertThat(names(ours.of(List.of(TargetType.NODE)))).contains("cpu_util_avg_pct");
        assertThat(names(ours.of(List.of(TargetType.DCGM)))).contains("gpu_util_avg_pct", "gpu_energy_j");
        assertThat(ours.of(List.of())).isEmpty();
    }

    @Test
    void whereTypesShareANameTheFirstHasItAndNothingIsLost() {
        List<Kpi> both = ours.of(List.of(TargetType.QDRANT, TargetType.VLLM));
        assertThat(names(both)).doesNotHaveDuplicates().contains("throughput_qps", "qdrant_throughput_qps");
        assertThat(both.get(0).promql(TEN_MINUTES)).contains("vllm:request_success_total");
        assertThat(names(both).stream().filter("scrape_completeness_pct"::equals))
                .as("the same of every type")
                .hasSize(1);
        assertThat(ours.named("qdrant_throughput_qps", List.of(TargetType.QDRANT, TargetType.VLLM)))
                .hasValueSatisfying(kpi -> assertThat(kpi.types()).containsExactly(TargetType.QDRANT));
        assertThat(ours.named("gpu_energy_j", List.of(TargetType.VLLM)))
                .as("of a type that the session does not have")
                .isPresent();
        assertThat(ours.named("nothing", List.of())).isEmpty();
    }

    @Test
    void placesAreFilled() {
        Template template = Template.parse(
                "sum(increase(a_total{ {{scope}}, code=\"5..\" }[{{window}}])) / {{window_seconds}} + {{scrapes_expected}}");
        assertThat(Template.fill(template.text(), TEN_MINUTES, EnumSet.allOf(TargetType.class)))
                .isEqualTo("sum(increase(a_total{ session_id=\"bench01\", code=\"5..\" }[600s])) / 600 + 40");
        Scope odd = new Scope("a\"b\\", Duration.ofMillis(1_500), BigDecimal.ONE);
        assertThat(Template.fill("x{{{scope}}}[{{window}}] / {{window_seconds}}", odd, EnumSet.of(TargetType.NODE)))
                .isEqualTo("x{session_id=\"a\\\"b\\\\\",target_type=\"node\"}[1500ms] / 1.5");
        assertThat(odd.matcher(EnumSet.of(TargetType.VLLM, TargetType.CUSTOM)))
                .isEqualTo("session_id=\"a\\\"b\\\\\",target_type=~\"custom|vllm\"");
    }

    @Test
    void whatAKpiIsComputedOfIsFound() {
        Template template = Template.parse(
                "1000 * histogram_quantile(0.95, sum by (le) (rate(h_bucket{ {{scope}} }[{{window}}])))"
                        + " / on () group_left () avg(avg_over_time({ {{scope}}, __name__=~\"a|b}\" } [ {{window}} ]))");
        assertThat(template.inputs())
                .containsExactly(
                        new Template.Input("h_bucket{ {{scope}} }", true),
                        new Template.Input("{ {{scope}}, __name__=~\"a|b}\" }", false));
        assertThat(template.quantiles())
                .containsExactly(new Template.Quantile(0.95, "sum by (le) (rate(h_bucket{ {{scope}} }[{{window}}]))"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "sum(up) | 'up' is not scoped",
                "sum(rate(up[5m])) | 'up' is not scoped",
                "sum(up{job=\"{{scope}}\"}) | is not scoped",
                "sum(a{ {{scope}} }) | must have the range [{{window}}]",
                "rate(a{ {{scope}} }[5m]) | the range of 'a{ {{scope}} }' must be [{{window}}], was [5m]",
                "rate(a{ {{scope}} }[{{window}}] offset 1h) | 'offset' is not taken",
                "rate(a{ {{scope}} }[{{window}}] @ 0) | '@' is not taken",
                "max_over_time(rate(a{ {{scope}} }[{{window}}])[{{window}}:1s]) | subqueries are not taken",
                "1 + 1 | it reads no series",
                "vector(1) | it reads no series",
                "sum(rate(a{ {{scope}} }[{{window}}]) | a parenthesis is not closed",
                "rate(a{ {{scope}} }[{{window}}])) | a parenthesis too many is closed",
                "rate(a{ {{scope}}, b=\"c }[{{window}}]) | a string is not closed",
                "rate(a{ {{scope}} }[{{window}}]) * {{other}} | is not scoped",
                "rate(a{ {{scope}}, b=\"{{other}}\" }[{{window}}]) | it may have no other places",
                "histogram_quantile(scalar(x), a{ {{scope}} }[{{window}}]) | the quantile must be a number within 0..1",
                "histogram_quantile(1.5, a{ {{scope}} }[{{window}}]) | the quantile must be a number within 0..1",
                "rate(a{ {{scope}} }[{{window}}]) # comment | comments are not taken",
                "rate(a{ {{scope}} | must have the range",
            })
    void whatIsNotOfTheSessionAndTheWindowIsRefused(String promql, String reason) {
        assertThatThrownBy(() -> Template.parse(promql))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void usersAddTheirOwnAndReplaceOurs(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("mine.yml"), """
                target_type: custom
                kpis:
                  - name: orders_per_s
                    unit: 1/s
                    promql: sum(increase(orders_total{ {{scope}} }[{{window}}])) / {{window_seconds}}
                  - name: throughput_qps
                    unit: 1/s
                    promql: sum(increase(my_requests_total{ {{scope}} }[{{window}}])) / {{window_seconds}}
                """);
        List<Kpi> kpis = new Recipes(new RecipeSettings(folder.toString())).of(List.of(TargetType.CUSTOM));
        assertThat(names(kpis)).contains("orders_per_s", "latency_p95_ms");
        assertThat(kpis.stream().filter(kpi -> kpi.name().equals("throughput_qps")))
                .singleElement()
                .satisfies(kpi -> assertThat(kpi.promql(TEN_MINUTES)).contains("my_requests_total"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kpis: [ | mine.yml is not valid YAML",
                "[] | must have the keys [kpis, target_type]",
                "target_type: cpu | has the target_type 'cpu'; it must be vllm, qdrant, node, dcgm, custom or all",
                "target_type: node | must have a list 'kpis'",
                "{target_type: node, kpi: []} | has the key 'kpi'; it may have [kpis, target_type]",
                "{target_type: node, kpis: [{name: Up, unit: x, promql: y}]} | names a KPI 'Up'",
                "{target_type: node, kpis: [{name: up, promql: y}]} | must have 'unit', a text of 1 to 32 characters",
                "{target_type: node, kpis: [{name: up, unit: x, promql: sum(up)}]} | has PromQL for up that cannot be taken: 'up' is not scoped",
                "{target_type: node, kpis: [{name: up, unit: 5, promql: sum(up)}]} | must have 'unit'",
                "!!java.lang.Runtime {} | mine.yml",
            })
    void aRecipeThatCannotBeUsedStopsTheStartWithASentence(String yaml, String reason, @TempDir Path folder)
            throws IOException {
        Files.writeString(folder.resolve("mine.yml"), yaml);
        assertThatThrownBy(() -> new Recipes(new RecipeSettings(folder.toString())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("RECIPES_DIR cannot be used: mine.yml ")
                .hasMessageContaining(reason);
    }

    @Test
    void allThatIsWrongIsSaidAtOnceAndWithoutAStackTrace(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("a.yml"), """
                target_type: cpu
                kpis:
                  - {name: Up, unit: x, promql: y}
                  - {name: fine, unit: x, promql: "sum(rate(a{ {{scope}} }[{{window}}]))"}
                  - {name: fine, unit: x, promql: "sum(rate(a{ {{scope}} }[{{window}}]))"}
                  - {name: status, unit: x, promql: "sum(rate(a{ {{scope}} }[{{window}}]))"}
                """);
        Files.writeString(folder.resolve("b.yml"), "{target_type: node, kpis: [{name: up, unit: x, promql: sum(up)}]}");
        new ApplicationContextRunner()
                .withUserConfiguration(RecipeConfiguration.class)
                .withPropertyValues("monitoring.recipe.dir=" + folder)
                .run(context -> {
                    FailureAnalysis said =
                            Objects.requireNonNull(new StartRefusals().analyze(context.getStartupFailure()));
                    assertThat(said.getDescription())
                            .startsWith("RECIPES_DIR cannot be used: a.yml has the target_type 'cpu'")
                            .contains(
                                    "; a.yml names a KPI 'Up'",
                                    "; a.yml has the KPI fine twice",
                                    "; a.yml names a KPI 'status', which is another column",
                                    "; b.yml has PromQL for up that cannot be taken: 'up' is not scoped");
                });
    }

    @Test
    void aFolderThatIsNotThereStopsTheStart() {
        assertThatThrownBy(() -> new Recipes(new RecipeSettings("/nowhere/at/all")))
                .hasMessageStartingWith("RECIPES_DIR cannot be read");
    }

    @Test
    void everyKpiOfOursSaysWhatItIs() {
        assertThat(Stream.of(TargetType.values()).flatMap(type -> ours.of(List.of(type)).stream()))
                .allSatisfy(kpi -> assertThat(kpi.description()).isNotBlank());
    }
}

package io.aitbc.monitoring.collect;

import io.aitbc.monitoring.artifact.KpiSeries;
import io.aitbc.monitoring.artifact.KpiStatus;
import io.aitbc.monitoring.artifact.Manifest;
import io.aitbc.monitoring.prometheus.PrometheusClient;
import io.aitbc.monitoring.prometheus.PrometheusRefused;
import io.aitbc.monitoring.recipe.Kpi;
import io.aitbc.monitoring.recipe.Recipes;
import io.aitbc.monitoring.recipe.Scope;
import io.aitbc.monitoring.session.Session;
import io.aitbc.monitoring.target.Target;
import io.aitbc.monitoring.target.Targets;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.stereotype.Component;

/** Asks Prometheus for all that a run is to have. */
@Component
class Collector {

    /** What was collected; the manifest has no files yet. */
    record Result(Manifest manifest, List<KpiSeries> series) {}

    private final PrometheusClient prometheus;
    private final ServerFacts facts;
    private final ScrapeHistory history;
    private final Recipes recipes;
    private final Targets targets;
    private final Clock clock;
    private final String version;

    Collector(
            PrometheusClient prometheus,
            ServerFacts facts,
            ScrapeHistory history,
            Recipes recipes,
            Targets targets,
            Clock clock,
            ObjectProvider<BuildProperties> build) {
        this.prometheus = prometheus;
        this.facts = facts;
        this.history = history;
        this.recipes = recipes;
        this.targets = targets;
        this.clock = clock;
        BuildProperties known = build.getIfAvailable();
        this.version = known == null ? "unknown" : known.getVersion();
    }

    /**
     * Collects it.
     *
     * @throws io.aitbc.monitoring.prometheus.PrometheusAway when Prometheus does not answer
     * @throws PrometheusRefused when it refuses what does not depend on a KPI
     */
    Result collect(Run run, Session session) {
        Manifest.Server server = facts.now();
        List<Target> all = targets.during(run.sessionId(), run.start(), run.end());
        List<Target> due = all.stream()
                .filter(target -> target.isDueIn(run.start(), run.end()))
                .toList();
        Duration window = Duration.between(run.start(), run.end());
        Duration interval = due.stream()
                .map(Target::scrapeInterval)
                .max(Duration::compareTo)
                .orElse(session.scrapeInterval());
        Scrapes scrapes = history.of(
                new Scope(run.sessionId(), window, BigDecimal.ONE), run.end(), all, session.scrapeInterval());
        Scope whole = new Scope(run.sessionId(), window, scrapes.expected());
        SeriesQuestion over = SeriesQuestion.of(whole, run.end(), interval, due);
        KpiAnswers answers = new KpiAnswers(prometheus, whole, run.end(), scrapes);
        List<Manifest.Kpi> kpis = new ArrayList<>();
        List<KpiSeries> series = new ArrayList<>();
        for (String name : run.plan().kpis()) {
            Kpi kpi = recipes.named(name, run.plan().types())
                    .orElseThrow(() -> new IllegalStateException("No recipe has the KPI " + name + " any more."));
            kpis.add(withSeries(kpi, answers.answer(kpi), over, series));
        }
        List<Manifest.Threshold> thresholds = Judge.judge(kpis, run.plan().thresholds());
        Manifest manifest = new Manifest(
                run.runId(),
                run.sessionId(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                new Manifest.Window(run.start(), run.end()),
                Map.of(),
                Manifest.SCHEMA_VERSION,
                new Manifest.Producer("aitbc-monitoring", version),
                session.labels(),
                server,
                over.resolution(),
                scrapes.addresses().stream().map(Scrapes.Address::target).toList(),
                kpis,
                thresholds,
                Judge.overall(thresholds));
        return new Result(manifest, series);
    }

    private Manifest.Kpi withSeries(Kpi kpi, Manifest.Kpi answer, SeriesQuestion over, List<KpiSeries> series) {
        if (answer.status() == KpiStatus.QUERY_ERROR || answer.values().isEmpty()) {
            return answer;
        }
        try {
            series.addAll(over.ask(prometheus, kpi, answer.values().size()));
            return answer;
        } catch (PrometheusRefused e) {
            if (e.errorType().equals("unavailable")) {
                throw e;
            }
            return answer.warned("Its series could not be had: " + e.getMessage());
        }
    }
}

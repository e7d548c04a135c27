package io.aitbc.monitoring.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The report as one file that needs no other: styles, Chart.js and the data are within it, and nothing is loaded. */
final class Report {

    /** More lines in one plot cannot be told apart. */
    private static final int MOST_LINES = 24;

    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z_]+)}}");

    private Report() {}

    static String of(Manifest manifest, List<KpiSeries> series) throws IOException {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("title", Html.text("Session " + manifest.sessionId()));
        parts.put("style", resource("report/report.css"));
        parts.put("body", ReportBody.of(manifest));
        // In a script element only these could end it.
        parts.put("data", Json.text(data(manifest, series)).replace("<", "\\u003c"));
        parts.put(
                "chart",
                resource("META-INF/resources/webjars/chart.js/" + chartVersion() + "/dist/chart.umd.min.js")
                        .replaceAll("//# sourceMappingURL=\\S*", ""));
        parts.put("script", resource("report/report.js"));
        Matcher place = PLACE.matcher(resource("report/report.html"));
        // In one pass: what is put in is not looked through again.
        return place.replaceAll(found -> Matcher.quoteReplacement(parts.getOrDefault(found.group(1), "")));
    }

    private static Map<String, Object> data(Manifest manifest, List<KpiSeries> all) {
        List<Object> plots = new ArrayList<>();
        for (Manifest.Kpi kpi : manifest.kpis()) {
            List<KpiSeries> series = all.stream()
                    .filter(one -> one.kpi().equals(kpi.name()) && one.size() > 0)
                    .toList();
            if (!series.isEmpty()) {
                plots.add(plot(manifest, kpi, series));
            }
        }
        return Map.of(
                "from",
                manifest.window().from().toEpochMilli(),
                "to",
                manifest.window().to().toEpochMilli(),
                "step",
                manifest.series().stepS() * 1000,
                "plots",
                plots);
    }

    private static Map<String, Object> plot(Manifest manifest, Manifest.Kpi kpi, List<KpiSeries> series) {
        Map<String, Object> plot = new LinkedHashMap<>();
        plot.put("name", kpi.name());
        plot.put("unit", kpi.unit());
        // What grows with the window is not on the scale of a short one's points.
        plot.put("value", kpi.total() ? null : kpi.value());
        manifest.thresholds().stream()
                .filter(threshold -> threshold.kpi().equals(kpi.name()) && !kpi.total())
                .findFirst()
                .ifPresent(threshold -> {
                    plot.put("min", threshold.min());
                    plot.put("max", threshold.max());
                });
        plot.put("left_out", Math.max(0, series.size() - MOST_LINES));
        plot.put(
                "lines",
                series.stream()
                        .limit(MOST_LINES)
                        .map(one -> Map.of("labels", one.labels(), "points", PlotPoints.of(one)))
                        .toList());
        return plot;
    }

    private static String chartVersion() throws IOException {
        Properties properties = new Properties();
        properties.load(new java.io.StringReader(resource("META-INF/maven/org.webjars.npm/chart.js/pom.properties")));
        return properties.getProperty("version");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Report.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the report's part " + name + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

package io.aitbc.monitoring.artifact;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the report says in words and tables; it is complete without its plots. */
final class ReportBody {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Manifest manifest;
    private final StringBuilder out = new StringBuilder();

    private ReportBody(Manifest manifest) {
        this.manifest = manifest;
    }

    static String of(Manifest manifest) {
        ReportBody body = new ReportBody(manifest);
        body.head();
        body.cards();
        body.figures();
        body.targets();
        body.remarks();
        return body.out.toString();
    }

    private void head() {
        Manifest.Window window = manifest.window();
        line("<header><div><p class=\"eyebrow\">Benchmark session</p><h1>%s</h1>", Html.text(manifest.sessionId()));
        line(
                "<p class=\"window\">%s – %s UTC <span>(%s)</span></p></div>",
                time(window.from()), time(window.to()), length(Duration.between(window.from(), window.to())));
        if (manifest.verdict() != null) {
            long failed = manifest.thresholds().stream()
                    .filter(threshold -> threshold.verdict() == Verdict.FAIL)
                    .count();
            line(
                    "<div class=\"verdict %s\"><b>%s</b><span>%d of %d thresholds kept</span></div>",
                    css(manifest.verdict()),
                    manifest.verdict(),
                    manifest.thresholds().size() - failed,
                    manifest.thresholds().size());
        }
        line("</header>");
    }

    private void cards() {
        line("<dl class=\"facts\">");
        fact("Run", "<code>" + manifest.runId() + "</code>");
        fact(
                "Prometheus",
                Html.text(manifest.prometheus().url()) + " · "
                        + Html.text(manifest.prometheus().version()));
        fact("Written", time(manifest.generatedAtUtc()) + " UTC");
        if (!manifest.labels().isEmpty()) {
            fact("Labels", "<code>" + labels(manifest.labels()) + "</code>");
        }
        line("</dl>");
    }

    private void fact(String name, String html) {
        line("<div><dt>%s</dt><dd>%s</dd></div>", name, html);
    }

    private void figures() {
        line("<section><h2>Figures</h2><div class=\"wide\"><table id=\"kpis\"><thead><tr><th>KPI</th>"
                + "<th class=\"n\">Value</th><th>Unit</th><th>Status</th><th>Threshold</th>"
                + "<th class=\"n\">Samples</th><th class=\"n\">Resets</th></tr></thead><tbody>");
        for (Manifest.Kpi kpi : manifest.kpis()) {
            if (kpi.value() != null || kpi.values().isEmpty()) {
                figure(kpi, "", kpi.value(), threshold(kpi, null));
            } else {
                for (Manifest.Value value : kpi.values()) {
                    figure(kpi, labels(value.labels()), value.value(), threshold(kpi, value));
                }
            }
        }
        line("</tbody></table></div></section>");
        line(
                "<section id=\"plots\" class=\"plots\" hidden><h2>Over time</h2>"
                        + "<p class=\"note\">Each point is of the %s before it; the dashed line is the window's own figure, dotted ones are thresholds.</p>"
                        + "<div class=\"grid\"></div></section>",
                length(millis(manifest.series().windowS())));
    }

    private void figure(Manifest.Kpi kpi, String labels, @Nullable Double value, String threshold) {
        line(
                "<tr title=\"%s\"><th scope=\"row\">%s%s</th><td class=\"n\">%s%s</td><td>%s</td>"
                        + "<td><span class=\"pill %s\">%s</span></td><td>%s</td><td class=\"n\">%d</td><td class=\"n\">%d</td></tr>",
                Html.text(kpi.promql()),
                Html.text(kpi.name()),
                labels.isEmpty() ? "" : " <code>" + labels + "</code>",
                kpi.status() == KpiStatus.CAPPED_AT_INF ? "> " : "",
                Html.number(value),
                Html.text(kpi.unit()),
                css(kpi.status()),
                kpi.status(),
                threshold,
                kpi.samples(),
                kpi.counterResets());
    }

    /** @param one of several values; null for the figure as a whole */
    private String threshold(Manifest.Kpi kpi, Manifest.@Nullable Value one) {
        return manifest.thresholds().stream()
                .filter(threshold -> threshold.kpi().equals(kpi.name()))
                .map(threshold -> pill(one == null ? threshold.verdict() : threshold.of(one)) + " "
                        + (threshold.min() == null ? "" : "≥ " + Html.number(threshold.min()) + " ")
                        + (threshold.max() == null ? "" : "≤ " + Html.number(threshold.max())))
                .collect(Collectors.joining(" "));
    }

    private static String pill(Verdict verdict) {
        return "<span class=\"pill " + css(verdict) + "\">" + verdict + "</span>";
    }

    private void targets() {
        line("<section><h2>Targets</h2>");
        if (manifest.targets().isEmpty()) {
            line("<p class=\"note\">The session had none.</p></section>");
            return;
        }
        line(
                "<div class=\"wide\"><table id=\"targets\"><thead><tr><th>Job</th><th>Address</th><th class=\"n\">Up</th>"
                        + "<th class=\"n\">Scrapes</th><th class=\"n\">Longest gap</th><th>Last error</th></tr></thead><tbody>");
        for (Manifest.Target target : manifest.targets()) {
            line(
                    "<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"n\"><meter min=\"0\" max=\"1\" low=\"0.9\" high=\"0.999\""
                            + " optimum=\"1\" value=\"%s\"></meter> %s %%</td><td class=\"n\">%d of %d</td><td class=\"n\">%s</td><td>%s</td></tr>",
                    Html.text(target.job()),
                    Html.text(target.instance()),
                    CsvFile.number(target.upRatio()),
                    CsvFile.number(Math.floor(target.upRatio() * 10_000) / 100),
                    target.scrapesSeen(),
                    target.scrapesExpected(),
                    target.longestGapS() == null
                            ? ""
                            : CsvFile.number(Math.round(target.longestGapS() * 10) / 10.0) + " s",
                    target.lastError() == null ? "" : Html.text(target.lastError()));
        }
        line("</tbody></table></div></section>");
    }

    private void remarks() {
        List<Manifest.Kpi> warned = manifest.kpis().stream()
                .filter(kpi -> !kpi.warnings().isEmpty())
                .toList();
        if (!warned.isEmpty()) {
            line("<section><h2>Remarks</h2><ul class=\"remarks\">");
            for (Manifest.Kpi kpi : warned) {
                for (String warning : kpi.warnings()) {
                    line("<li><b>%s</b> %s</li>", Html.text(kpi.name()), Html.text(warning));
                }
            }
            line("</ul></section>");
        }
        line(
                "<footer>Figures are of the whole window, computed by Prometheus from what it scraped; NO_DATA is not zero, PARTIAL is"
                        + " of what there is, and CAPPED_AT_INF is a lower bound. MANIFEST.json has the PromQL of each and the checksum of"
                        + " this file. Written by %s %s.</footer>",
                Html.text(manifest.producer().name()),
                Html.text(manifest.producer().version()));
    }

    private void line(String format, Object... values) {
        out.append(format.formatted(values)).append('\n');
    }

    private static String labels(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> Html.text(label.getKey()) + "=" + Html.text(label.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String css(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String time(Instant time) {
        String text = TIME.format(time);
        int millis = time.get(java.time.temporal.ChronoField.MILLI_OF_SECOND);
        return millis == 0 ? text : text + ".%03d".formatted(millis);
    }

    private static Duration millis(double seconds) {
        return Duration.of(Math.round(seconds * 1000), ChronoUnit.MILLIS);
    }

    private static String length(Duration length) {
        StringBuilder text = new StringBuilder();
        text.append(length.toDays() > 0 ? length.toDays() + " d " : "");
        text.append(length.toHoursPart() > 0 ? length.toHoursPart() + " h " : "");
        text.append(length.toMinutesPart() > 0 ? length.toMinutesPart() + " min " : "");
        double seconds = length.toSecondsPart() + length.toMillisPart() / 1000.0;
        text.append(seconds > 0 || text.isEmpty() ? CsvFile.number(seconds) + " s" : "");
        return text.toString().strip();
    }
}

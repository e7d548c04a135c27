package io.aitbc.coordinator.notification;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an alert says, in our words: the summary and the description that Prometheus' own rules use, and the labels
 * {@code severity} and {@code tenant_id}.
 */
record AlertWords(
        Severity severity,
        String title,
        String text,
        Map<String, String> labels,
        @Nullable String tenantId) {

    private static final int MOST_LABELS = 64;
    /** What we read ourselves: it stays, however many others there are. */
    private static final Set<String> NEEDED =
            Set.of("alertname", "severity", "tenant_id", "summary", "title", "runbook_url");

    static AlertWords of(
            @Nullable Map<String, @Nullable String> labels,
            @Nullable Map<String, @Nullable String> annotations,
            @Nullable String generatorUrl) {
        Map<String, String> clean = cleaned(labels);
        Map<String, String> said = cleaned(annotations);
        String title = first(said.get("summary"), said.get("title"), clean.get("alertname"), "Alert");
        List<String> text = new ArrayList<>();
        text.add(first(annotation(annotations, "description"), annotation(annotations, "message"), ""));
        if (said.containsKey("runbook_url")) {
            text.add("Runbook: " + said.get("runbook_url"));
        }
        if (generatorUrl != null && !generatorUrl.isBlank()) {
            text.add("Source: " + Texts.line(generatorUrl, 2_000));
        }
        text.removeIf(String::isBlank);
        String tenant = clean.get("tenant_id");
        return new AlertWords(
                severity(clean.getOrDefault("severity", "")),
                Texts.line(title, 300),
                Texts.lines(String.join("\n\n", text), 20_000),
                clean,
                tenant == null || tenant.length() > 64 ? null : tenant);
    }

    /** The words that people use for it; an unknown one is a warning, so that nobody overlooks it. */
    static Severity severity(String label) {
        return switch (label.strip().toLowerCase(Locale.ROOT)) {
            case "info", "information", "informational", "notice", "none", "debug", "low" -> Severity.INFO;
            case "high", "error", "major", "page", "severe" -> Severity.HIGH;
            case "critical", "emergency", "fatal", "disaster" -> Severity.CRITICAL;
            default -> Severity.WARNING;
        };
    }

    private static String annotation(@Nullable Map<String, @Nullable String> annotations, String name) {
        String said = annotations == null ? null : annotations.get(name);
        return said == null ? "" : Texts.lines(said, 20_000);
    }

    private static Map<String, String> cleaned(@Nullable Map<String, @Nullable String> labels) {
        NavigableMap<String, String> clean = new TreeMap<>();
        if (labels != null) {
            labels.forEach((name, value) -> {
                String key = Texts.line(name, 128);
                if (value != null && !key.isEmpty()) {
                    clean.put(key, Texts.line(value, 1_024));
                }
            });
        }
        int spare = clean.size() - MOST_LABELS;
        for (Iterator<String> last = clean.descendingKeySet().iterator(); spare > 0 && last.hasNext(); ) {
            if (!NEEDED.contains(last.next())) {
                last.remove();
                spare--;
            }
        }
        return clean;
    }

    private static String first(@Nullable String... candidates) {
        for (String candidate : candidates) {
            if (candidate != null && !candidate.isBlank()) {
                return candidate;
            }
        }
        return "";
    }
}

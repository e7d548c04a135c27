package io.aitbc.monitoring.session;

import io.aitbc.service.web.KnownFieldsOnly;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A session to be made.
 *
 * @param sessionId made up when null
 * @param scrapeInterval such as {@code 15s}; DEFAULT_SCRAPE_INTERVAL when null
 * @param labels none when null
 */
@KnownFieldsOnly
record NewSession(
        @Nullable String sessionId,
        @Nullable String scrapeInterval,
        @Nullable Map<String, @Nullable String> labels) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,99}");
    private static final int MOST_LABELS = 20;
    private static final int LONGEST_VALUE = 200;

    /**
     * The first are ours. Exporters set the others themselves and KPIs select by them: a session's own would have Prometheus
     * rename the exporters', and their figures would be wrong without a word.
     */
    private static final Set<String> TAKEN = Set.of(
            "session_id",
            "job",
            "instance",
            "job_id",
            "target_type",
            "le",
            "quantile",
            "code",
            "status",
            "mode",
            "device",
            "gpu",
            "finished_reason");

    void check(Refusals refusals) {
        if (sessionId != null) {
            refusals.check(
                    "session_id",
                    sessionId,
                    ID,
                    "must be 1 to 64 letters, digits and . _ -, beginning with a letter or digit");
        }
        Map<String, @Nullable String> all = labels == null ? Map.of() : labels;
        if (all.size() > MOST_LABELS) {
            refusals.add("labels", "must be at most " + MOST_LABELS);
            return;
        }
        all.forEach((name, value) -> {
            if (!LABEL.matcher(name).matches() || name.startsWith("__")) {
                refusals.add(
                        "labels",
                        "must have names of letters, digits and _, at most 100, beginning with a letter or one _;" + " "
                                + Refusals.quoted(name) + " is none");
            } else if (TAKEN.contains(name)) {
                refusals.add(
                        "labels." + name, "is a label that scraping or exporters set themselves; choose another name");
            } else {
                refusals.checkPlain("labels." + name, value, LONGEST_VALUE);
            }
        });
    }

    /** Its labels, once they are checked. */
    Map<String, String> checkedLabels() {
        Map<String, String> checked = new LinkedHashMap<>();
        if (labels != null) {
            labels.forEach((name, value) -> {
                if (value != null) {
                    checked.put(name, value);
                }
            });
        }
        return checked;
    }
}

package io.aitbc.monitoring.recipe;

import io.aitbc.monitoring.target.TargetType;
import java.util.List;
import java.util.Set;

/**
 * PromQL with places for the session, the window and the number of scrapes.
 *
 * @param inputs each selector in it once
 * @param quantiles each {@code histogram_quantile} in it
 */
record Template(String text, List<Input> inputs, List<Quantile> quantiles) {

    static final String SCOPE = "{{scope}}";
    static final String WINDOW = "{{window}}";
    static final String WINDOW_SECONDS = "{{window_seconds}}";
    static final String SCRAPES_EXPECTED = "{{scrapes_expected}}";

    /** A selector without its range, and whether it is read as a counter. */
    record Input(String selector, boolean isCounter) {}

    /** Which quantile, and the buckets that it is of. */
    record Quantile(double q, String buckets) {}

    /** @throws IllegalArgumentException with a sentence that says what it must not have */
    static Template parse(String text) {
        Template template = new PromqlScanner(text).scan();
        if (text.replace(SCOPE, "")
                .replace(WINDOW, "")
                .replace(WINDOW_SECONDS, "")
                .replace(SCRAPES_EXPECTED, "")
                .contains("{{")) {
            throw new IllegalArgumentException("it may have no other places than {{scope}}, {{window}},"
                    + " {{window_seconds}} and {{scrapes_expected}}");
        }
        return template;
    }

    static String fill(String text, Scope scope, Set<TargetType> types) {
        return text.replace(WINDOW_SECONDS, scope.windowSeconds())
                .replace(SCRAPES_EXPECTED, scope.scrapesExpected().toPlainString())
                .replace(WINDOW, scope.range())
                .replace(SCOPE, scope.matcher(types));
    }
}

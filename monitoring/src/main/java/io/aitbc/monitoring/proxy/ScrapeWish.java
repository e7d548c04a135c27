package io.aitbc.monitoring.proxy;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a scrape asks for.
 *
 * @param budget how long it may take in all; above zero, at most {@link #LONGEST}
 * @param headers what the exporter is to know of the request
 */
record ScrapeWish(Duration budget, Map<String, String> headers) {

    static final String TIMEOUT = "X-Prometheus-Scrape-Timeout-Seconds";

    private static final Duration USUAL = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration LEAST = Duration.ofMillis(50);
    /** What the way back to Prometheus may take. */
    private static final Duration WAY_BACK = Duration.ofMillis(250);

    static ScrapeWish of(HttpServletRequest request) {
        Duration budget = budget(request.getHeader(TIMEOUT));
        Map<String, String> headers = new TreeMap<>();
        for (String name : new String[] {"Accept", "Accept-Encoding"}) {
            String value = String.join(", ", Collections.list(request.getHeaders(name)));
            if (value.matches("[\\x20-\\x7e]{1,2000}")) {
                headers.put(name, value);
            }
        }
        headers.put(TIMEOUT, String.format(Locale.ROOT, "%.3f", budget.toMillis() / 1000.0));
        headers.put("User-Agent", "gpu-pool-monitoring");
        return new ScrapeWish(budget, headers);
    }

    /** How long a scrape may take whose caller gives up after so many seconds. */
    static Duration budget(@Nullable String seconds) {
        if (seconds == null || !seconds.strip().matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
            return USUAL;
        }
        Duration given = Duration.ofNanos((long) (Double.parseDouble(seconds.strip()) * 1e9));
        Duration left = given.compareTo(LONGEST) > 0 ? LONGEST : given.minus(WAY_BACK);
        return left.compareTo(LEAST) < 0 ? LEAST : left;
    }

    HttpRequest to(URI address) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).timeout(budget).GET();
        headers.forEach(request::header);
        return request.build();
    }
}

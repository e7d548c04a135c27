package io.aitbc.monitoring.proxy;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which URLs an exporter may have. */
final class ExporterUrl {

    private static final int LONGEST = 2048;

    private ExporterUrl() {}

    /** What is wrong with it, a sentence's end such as {@code must name a host}; null when nothing is. */
    static @Nullable String faultOf(String url) {
        if (url.length() > LONGEST || !url.matches("[\\x21-\\x7e]+")) {
            return "must be a URL of at most " + LONGEST + " ASCII characters without blanks.";
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            return "must be a URL such as http://node-7:8000/metrics.";
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return "must begin with http:// or https://.";
        }
        if (String.valueOf(uri.getRawAuthority()).indexOf('@') >= 0) {
            return "must not hold a user or password: nothing secret is kept here.";
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
            return "must name a host, and a port within 1..65535 if any.";
        }
        return uri.getRawFragment() == null ? null : "must not hold a fragment (#).";
    }
}

package io.aitbc.agent.hub;

import java.net.URI;
import java.util.Locale;

/** The address of a service: http or https with a host, perhaps a port and a path before the API's own. */
public record ServiceUrl(URI uri) {

    /**
     * Reads what a user typed.
     *
     * @throws IllegalArgumentException with a sentence that says what a good one looks like
     */
    public static ServiceUrl parse(String text) {
        String stripped = text.strip().replaceAll("/+$", "");
        URI uri;
        try {
            uri = URI.create(stripped);
        } catch (IllegalArgumentException malformed) {
            throw bad(text, "it is not a URL");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw bad(text, "it must begin with http:// or https://");
        }
        if (uri.getHost() == null) {
            throw bad(text, "it names no host");
        }
        if (uri.getPort() > 65_535 || uri.getPort() == 0) {
            throw bad(text, "its port must be within 1..65535");
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw bad(text, "it must hold neither a user, a query nor a fragment");
        }
        return new ServiceUrl(uri);
    }

    URI resolve(String path) {
        return URI.create(uri + path);
    }

    private static IllegalArgumentException bad(String text, String why) {
        return new IllegalArgumentException(
                "'" + text + "' is no address of a service: " + why + ", as in http://127.0.0.1:8210");
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}

package io.aitbc.monitoring.chain;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A node to watch.
 *
 * @param name its label; 1 to 64 letters, digits and . _ -
 * @param url where it answers, without a slash at the end; may hold a secret, and is shown nowhere
 */
record NodeAddress(String name, Dialect dialect, URI url) {

    private static final int MOST = 32;

    /**
     * Reads CHAIN_NODES.
     *
     * @throws IllegalArgumentException with a sentence that begins with CHAIN_NODES
     */
    static List<NodeAddress> parse(String text) {
        List<NodeAddress> nodes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String part : text.split(",")) {
            if (part.isBlank()) {
                continue;
            }
            NodeAddress node = one(part.strip());
            if (!names.add(node.name())) {
                throw fault("has two nodes named '" + node.name() + "'");
            }
            nodes.add(node);
        }
        if (nodes.size() > MOST) {
            throw fault("may name at most " + MOST + " nodes, has " + nodes.size());
        }
        return List.copyOf(nodes);
    }

    private static NodeAddress one(String text) {
        int equals = text.indexOf('=');
        int colon = text.indexOf(':', equals + 1);
        if (equals < 1 || colon < 0) {
            throw fault(
                    "must be name=dialect:url, such as dev=ethereum:http://localhost:8545; separate several by commas");
        }
        String name = text.substring(0, equals).strip();
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw fault("must name nodes by 1 to 64 letters, digits and . _ -, beginning with a letter or digit");
        }
        String dialect = text.substring(equals + 1, colon).strip();
        Dialect known = Arrays.stream(Dialect.values())
                .filter(each -> each.name().equals(dialect.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> fault("must say ethereum or aitbc for " + name + ", said '" + dialect + "'"));
        return new NodeAddress(name, known, url(name, text.substring(colon + 1).strip()));
    }

    private static URI url(String name, String text) {
        try {
            URI uri = new URI(text.replaceFirst("/+$", ""));
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https"))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below, without the URL, which may hold a secret.
        }
        throw fault("must give " + name + " an http or https URL without a user, such as http://localhost:8545");
    }

    private static IllegalArgumentException fault(String sentence) {
        return new IllegalArgumentException("CHAIN_NODES " + sentence);
    }
}

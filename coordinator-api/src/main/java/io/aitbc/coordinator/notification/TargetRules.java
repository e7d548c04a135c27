package io.aitbc.coordinator.notification;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;

/**
 * Which targets webhooks may have. An operator's webhook must not become a way into the network behind this service: what is not
 * public needs NOTIFY_ALLOW_TARGETS, and so does plain http.
 */
final class TargetRules {

    private static final int LONGEST = 2048;

    private final AllowedTargets allowed;

    TargetRules(AllowedTargets allowed) {
        this.allowed = allowed;
    }

    /**
     * Reads a target.
     *
     * @throws TargetRefused when it is no URL that may be called, wherever its host is
     */
    static URI read(String target) throws TargetRefused {
        URI uri = parsed(target);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw new TargetRefused("target must be a URL that begins with https://.");
        }
        if (uri.getRawUserInfo() != null
                || String.valueOf(uri.getRawAuthority()).indexOf('@') >= 0) {
            throw new TargetRefused("target must not hold a user or password.");
        }
        if (uri.getRawFragment() != null) {
            throw new TargetRefused("target must not hold a fragment (#).");
        }
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
            throw new TargetRefused("target must name a host, written as a name or as an address such as 203.0.113.7,"
                    + " and a port within 1..65535 if any.");
        }
        requireUsualSpelling(uri.getHost());
        return uri;
    }

    /** The beginning of a target that was read, such as {@code https://example.org:8443}: nothing in it is secret. */
    static String origin(String target) {
        URI uri = URI.create(target);
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return (uri.getScheme() + "://" + uri.getHost() + port).toLowerCase(Locale.ROOT);
    }

    /**
     * Looks at the addresses behind a host. One that is refused refuses all: no honest host has both.
     *
     * @param plain whether it is called over http, which only allowed targets may be
     * @throws TargetRefused when they must not be called
     */
    void check(String host, List<InetAddress> addresses, boolean plain) throws TargetRefused {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (allowed.hasHost(name)) {
            return;
        }
        for (InetAddress address : addresses) {
            if (allowed.hasAddress(address)) {
                continue;
            }
            String what = AddressRules.notPublic(address);
            if (what != null) {
                throw new TargetRefused("The target's host " + host + " has the address " + address.getHostAddress()
                        + ", which is " + what + "; NOTIFY_ALLOW_TARGETS may allow it.");
            }
            if (plain) {
                throw new TargetRefused(
                        "The target is called over http, which anybody on the way can read; use https, or allow its host"
                                + " by NOTIFY_ALLOW_TARGETS.");
            }
        }
    }

    private static URI parsed(String target) throws TargetRefused {
        if (target.length() > LONGEST || !target.matches("[\\x21-\\x7e]+")) {
            throw new TargetRefused("target must be a URL of at most " + LONGEST + " ASCII characters without blanks.");
        }
        try {
            return new URI(target);
        } catch (URISyntaxException e) {
            throw new TargetRefused("target must be a URL such as https://example.org/hook.");
        }
    }

    /** Octal, hexadecimal and short forms of addresses mean different hosts to different readers. */
    private static void requireUsualSpelling(String host) throws TargetRefused {
        if (host.startsWith("[")) {
            if (host.indexOf('%') >= 0) {
                throw new TargetRefused("target must not name a network interface (%).");
            }
            return;
        }
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        String last = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        boolean number = last.matches("[0-9]+|0x[0-9a-f]*");
        if (number && !AddressRules.isDottedQuad(host)) {
            throw new TargetRefused("target must write an address as four decimal numbers, such as 203.0.113.7.");
        }
    }
}

package io.aitbc.coordinator.notification;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The hosts and networks that webhooks may reach although they are not public. */
final class AllowedTargets {

    private record Network(byte[] address, int bits) {

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int rest = address.length * 8 - bits;
            return new BigInteger(1, address).shiftRight(rest).equals(new BigInteger(1, other).shiftRight(rest));
        }
    }

    private final Set<String> hosts = new HashSet<>();
    private final List<Network> networks = new ArrayList<>();

    private AllowedTargets() {}

    /**
     * Reads host names, addresses and networks such as {@code 10.0.0.0/8}.
     *
     * @throws IllegalArgumentException when one is none of these
     */
    static AllowedTargets of(List<String> entries) {
        AllowedTargets allowed = new AllowedTargets();
        for (String entry : entries) {
            String text = entry.strip().toLowerCase(Locale.ROOT);
            if (text.isEmpty()) {
                continue;
            }
            if (text.matches("[0-9.]+(/[0-9]{1,2})?|[0-9a-f:.]*:[0-9a-f:.]*(/[0-9]{1,3})?")) {
                allowed.networks.add(network(text));
            } else if (text.matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")) {
                allowed.hosts.add(text);
            } else {
                throw refused(text);
            }
        }
        return allowed;
    }

    boolean hasHost(String host) {
        return hosts.contains(host.toLowerCase(Locale.ROOT));
    }

    boolean hasAddress(InetAddress address) {
        byte[] bytes = address.getAddress();
        return networks.stream().anyMatch(network -> network.contains(bytes));
    }

    private static Network network(String text) {
        int slash = text.indexOf('/');
        String written = slash < 0 ? text : text.substring(0, slash);
        if (written.indexOf(':') < 0 && !AddressRules.isDottedQuad(written)) {
            throw refused(text);
        }
        try {
            byte[] address = InetAddress.getByName(written).getAddress();
            int bits = slash < 0 ? address.length * 8 : Integer.parseInt(text.substring(slash + 1));
            if (bits <= address.length * 8) {
                return new Network(address, bits);
            }
        } catch (UnknownHostException e) {
            // Answered below: what is written like an address is never looked up.
        }
        throw refused(text);
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(
                "NOTIFY_ALLOW_TARGETS must list host names, addresses or networks such as 10.0.0.0/8, was " + text);
    }
}

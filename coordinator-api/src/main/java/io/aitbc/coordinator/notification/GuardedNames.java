package io.aitbc.coordinator.notification;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Looks hosts up and hands out only addresses that may be called. The HTTP client connects to the very addresses that this gives,
 * so a name that answers otherwise the next time gains nothing.
 */
final class GuardedNames implements DnsResolver {

    private final DnsResolver names;
    private final TargetRules rules;
    private final boolean plain;

    GuardedNames(DnsResolver names, TargetRules rules, boolean plain) {
        this.names = names;
        this.rules = rules;
        this.plain = plain;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] found = names.resolve(host);
        if (found == null || found.length == 0) {
            throw new UnknownHostException(host);
        }
        rules.check(host, List.of(found), plain);
        return found;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}

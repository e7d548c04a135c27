package io.aitbc.coordinator.notification;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses are public: those that the registries of special-purpose addresses (RFC 6890 and its updates at IANA) leave for
 * general use. Forms that carry an IPv4 address inside an IPv6 one are refused as a whole, since what is behind them is not seen.
 */
final class AddressRules {

    private record Range(byte[] address, int bits, String what) {

        static Range of(String cidr, String what) {
            int slash = cidr.indexOf('/');
            return new Range(literal(cidr.substring(0, slash)), Integer.parseInt(cidr.substring(slash + 1)), what);
        }

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >>> (bit % 8);
                if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final List<Range> REFUSED = Stream.of(
                    "0.0.0.0/8 this network",
                    "10.0.0.0/8 private",
                    "100.64.0.0/10 shared by carriers",
                    "127.0.0.0/8 loopback",
                    "169.254.0.0/16 link-local",
                    "172.16.0.0/12 private",
                    "192.0.0.0/24 reserved",
                    "192.0.2.0/24 for documentation",
                    "192.88.99.0/24 a 6to4 relay",
                    "192.168.0.0/16 private",
                    "198.18.0.0/15 for benchmarks",
                    "198.51.100.0/24 for documentation",
                    "203.0.113.0/24 for documentation",
                    "224.0.0.0/4 multicast",
                    "240.0.0.0/4 reserved",
                    "::/128 unspecified",
                    "::1/128 loopback",
                    "::/96 an embedded IPv4 address",
                    "64:ff9b::/96 an embedded IPv4 address",
                    "64:ff9b:1::/48 an embedded IPv4 address",
                    "2001::/23 reserved",
                    "2001:db8::/32 for documentation",
                    "2002::/16 an embedded IPv4 address",
                    "3fff::/20 for documentation",
                    "fc00::/7 private",
                    "fe80::/10 link-local",
                    "fec0::/10 private",
                    "ff00::/8 multicast")
            .map(line -> Range.of(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1)))
            .toList();
    private static final Range GLOBAL = Range.of("2000::/3", "global");
    private static final Pattern QUAD =
            Pattern.compile("(?:(?:0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])(?:\\.(?!$)|$)){4}");

    private AddressRules() {}

    /** What the address is when it is not public, such as {@code loopback}; null when it is. */
    static @Nullable String notPublic(InetAddress address) {
        byte[] bytes = unmapped(address.getAddress());
        for (Range range : REFUSED) {
            if (range.contains(bytes)) {
                return range.what();
            }
        }
        return bytes.length == 16 && !GLOBAL.contains(bytes) ? "reserved" : null;
    }

    /** True for four decimal numbers as everybody reads them: no octal, no hexadecimal, no number left out. */
    static boolean isDottedQuad(String text) {
        return QUAD.matcher(text).matches();
    }

    /** {@code ::ffff:1.2.3.4} is 1.2.3.4 to the machine that is reached. */
    private static byte[] unmapped(byte[] bytes) {
        if (bytes.length != 16 || bytes[10] != -1 || bytes[11] != -1) {
            return bytes;
        }
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return bytes;
            }
        }
        return java.util.Arrays.copyOfRange(bytes, 12, 16);
    }

    private static byte[] literal(String text) {
        try {
            return InetAddress.getByName(text).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("not an address: " + text, e);
        }
    }
}

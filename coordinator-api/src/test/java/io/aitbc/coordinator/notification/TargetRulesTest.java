package io.aitbc.coordinator.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses webhooks may reach. */
class TargetRulesTest {

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, this network",
        "0.1.2.3, this network",
        "10.0.0.1, private",
        "10.255.255.255, private",
        "100.64.0.1, shared by carriers",
        "100.127.255.255, shared by carriers",
        "127.0.0.1, loopback",
        "127.255.255.254, loopback",
        "169.254.169.254, link-local",
        "172.16.0.1, private",
        "172.31.255.255, private",
        "192.0.0.8, reserved",
        "192.88.99.1, a 6to4 relay",
        "192.168.1.1, private",
        "198.18.0.1, for benchmarks",
        "203.0.113.9, for documentation",
        "224.0.0.1, multicast",
        "239.255.255.250, multicast",
        "240.0.0.1, reserved",
        "255.255.255.255, reserved",
        "::, unspecified",
        "::1, loopback",
        "::7f00:1, an embedded IPv4 address",
        "::ffff:127.0.0.1, loopback",
        "::ffff:10.0.0.1, private",
        "64:ff9b::7f00:1, an embedded IPv4 address",
        "64:ff9b::a9fe:a9fe, an embedded IPv4 address",
        "64:ff9b:1::a00:1, an embedded IPv4 address",
        "2002:7f00:1::, an embedded IPv4 address",
        "2002:a9fe:a9fe::1, an embedded IPv4 address",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2, reserved",
        "2001:db8::1, for documentation",
        "3fff::1, for documentation",
        "fc00::1, private",
        "fd12:3456::1, private",
        "fe80::1, link-local",
        "fec0::1, private",
        "ff02::1, multicast",
        "100::1, reserved",
        "4000::1, reserved"
    })
    void anAddressThatIsNotPublicIsRefused(String address, String what) throws Exception {
        assertThat(AddressRules.notPublic(InetAddress.getByName(address))).isEqualTo(what);
    }

    @Test
    void aMappedAddressThatJavaLeavesMappedIsRefusedToo() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 127;
        mapped[15] = 1;
        InetAddress address = java.net.Inet6Address.getByAddress("x", mapped, 0);
        assertThat(address.getAddress()).hasSize(16);
        assertThat(AddressRules.notPublic(address)).isEqualTo("loopback");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.0.1",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.0.1",
                "192.169.0.1",
                "223.255.255.255",
                "2606:4700::1111",
                "2a00:1450::1",
                "2001:4860:4860::8888"
            })
    void aPublicAddressIsNot(String address) throws Exception {
        assertThat(AddressRules.notPublic(InetAddress.getByName(address))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://example.org/",
                "file:///etc/passwd",
                "gopher://example.org:25/_HELO",
                "jar:https://example.org!/x",
                "example.org/hook",
                "//example.org/hook",
                "https:///hook",
                "https://",
                "https:example.org",
                "https://user@example.org/",
                "https://user:password@example.org/",
                "https://example.org@127.0.0.1/",
                "https://example.org#@127.0.0.1/",
                "https://example.org/#fragment",
                "https://2130706433/",
                "https://0x7f000001/",
                "https://0x7f.0.0.1/",
                "https://0177.0.0.1/",
                "https://017700000001/",
                "https://127.1/",
                "https://127.0.1/",
                "https://1.2.3.4.5/",
                "https://256.1.1.1/",
                "https://127.0.0.1./",
                "https://example.org:0/",
                "https://example.org:65536/",
                "https://example.org:-1/",
                "https://[fe80::1%25eth0]/",
                "https://[::1/",
                "https://exa mple.org/",
                "https://example.org/\r\nX-Injected: 1",
                "https://example.org/\u0000",
                "https://ex\u00e4mple.org/",
                "https://\uff11\uff12\uff17.0.0.1/",
                "https://example.org\\@127.0.0.1/"
            })
    void whatIsNoPlainUrlIsRefused(String target) {
        assertThatThrownBy(() -> TargetRules.read(target)).isInstanceOf(TargetRefused.class);
    }

    @Test
    void aUrlIsTakenAsItIs() {
        for (String target : List.of(
                "https://hooks.slack.com/services/T0/B0/x",
                "https://discord.com/api/webhooks/1/a_b?wait=true",
                "https://example.org",
                "https://example.org.:8443/",
                "https://[2606:4700::1111]/",
                "https://1.1.1.1/",
                "HTTPS://EXAMPLE.ORG/")) {
            assertThatCode(() -> TargetRules.read(target)).as(target).doesNotThrowAnyException();
        }
        assertThat(TargetRules.origin("HTTPS://Example.org:8443/secret?also=this"))
                .isEqualTo("https://example.org:8443");
    }

    @Test
    void oneBadAddressRefusesTheHost() {
        assertThatThrownBy(() -> check("", "example.org", false, "1.1.1.1", "10.0.0.1"))
                .hasMessage("The target's host example.org has the address 10.0.0.1, which is private;"
                        + " NOTIFY_ALLOW_TARGETS may allow it.");
    }

    @Test
    void whatIsAllowedByNameOrNetworkMayBePrivateAndPlain() {
        assertThatCode(() -> check("10.1.0.0/16", "a.internal", true, "10.1.2.3"))
                .doesNotThrowAnyException();
        assertThatCode(() -> check("A.internal", "a.Internal.", true, "10.1.2.3"))
                .doesNotThrowAnyException();
        assertThatCode(() -> check("fd00::/8,10.1.2.3", "a", true, "10.1.2.3", "fd00::1"))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> check("10.1.0.0/16", "a.internal", true, "10.2.0.1"))
                .isInstanceOf(TargetRefused.class);
        assertThatThrownBy(() -> check("a.internal", "b.internal", false, "10.1.2.3"))
                .isInstanceOf(TargetRefused.class);
        assertThatThrownBy(() -> check("0.0.0.0/0", "six", false, "::1")).isInstanceOf(TargetRefused.class);
    }

    @Test
    void plainHttpIsOnlyForWhatIsAllowed() {
        assertThatThrownBy(() -> check("", "example.org", true, "1.1.1.1")).hasMessageContaining("use https");
        assertThatCode(() -> check("", "example.org", false, "1.1.1.1")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"10.0.0.0/33", "10.0.0/8", "fd00::/129", "exa mple", "http://example.org", "a/24", "1.2.3.4.5"})
    void anEntryThatIsNoneIsRefused(String entry) {
        assertThatThrownBy(() -> AllowedTargets.of(List.of(entry)))
                .hasMessageStartingWith("NOTIFY_ALLOW_TARGETS must list");
    }

    private static void check(String allowed, String host, boolean plain, String... addresses) throws Exception {
        List<InetAddress> found =
                Arrays.stream(addresses).map(TargetRulesTest::address).toList();
        new TargetRules(AllowedTargets.of(List.of(allowed.split(",")))).check(host, found, plain);
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}

package io.aitbc.coordinator.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks over real sockets: friendly, broken and hostile peers. */
@Timeout(60)
class HookClientTest {

    /** For peers that answer: no slow machine makes these tests fail. */
    private static final TimeLimits LONG = TimeLimits.USUAL;
    /** For peers that say nothing. */
    private static final TimeLimits SHORT =
            new TimeLimits(Duration.ofMillis(500), Duration.ofMillis(600), Duration.ofMillis(1_500));
    /** For peers that are never silent: only the whole ends it, and it ends well before a silence would. */
    private static final TimeLimits WHOLE =
            new TimeLimits(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofMillis(1_500));

    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);
    private static final Clock CLOCK = Clock.fixed(Samples.NOON, ZoneOffset.UTC);

    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        watchdog.shutdownNow();
    }

    /** Names that answer what the test says, one answer after the other; the last one for ever. */
    private static final class FakeNames implements DnsResolver {

        private final Deque<String> answers;
        private int asked;

        FakeNames(String... answers) {
            this.answers = new ArrayDeque<>(List.of(answers));
        }

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            asked++;
            String answer = answers.size() > 1 ? answers.pop() : answers.getFirst();
            return new InetAddress[] {
                InetAddress.getByAddress(host, InetAddress.getByName(answer).getAddress())
            };
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    @Test
    void aMessageArrivesSignedAndWithItsId() throws Exception {
        Peer peer = peer(Peer.answering("HTTP/1.1 204 No Content\r\n\r\n"));
        HookCourier courier = new HookCourier(client("localhost"), new ObjectMapper().findAndRegisterModules(), CLOCK);
        Letter letter = Samples.letter(
                Channel.WEBHOOK, peer.url("localhost"), "a-secret-of-16-or-more", Samples.notification("Full", "Text"));
        assertThat(courier.deliver(letter, peer.url("localhost"))).isEqualTo(new Outcome.Delivered());
        Peer.Request request = peer.requests().get(0);
        assertThat(request.header("X-Delivery-Id"))
                .isEqualTo(letter.deliveryId().toString());
        assertThat(request.header("X-Signature"))
                .isEqualTo(Signature.of("a-secret-of-16-or-more", Samples.NOON, request.body()));
        assertThat(request.header("Content-Type")).startsWith("application/json");
        assertThat(new ObjectMapper().readTree(request.body()).path("title").asText())
                .isEqualTo("Full");
    }

    @Test
    void theAddressThatWasCheckedIsTheOneThatIsCalledAndTheHostKeepsItsName() throws Exception {
        Peer peer = peer(Peer.answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
        FakeNames names = new FakeNames("127.0.0.1");
        assertThat(client(names, "127.0.0.0/8").post(peer.url("hooks.example.org"), BODY, Map.of()))
                .isEqualTo(new Outcome.Delivered());
        assertThat(names.asked).isEqualTo(1);
        assertThat(peer.requests().get(0).header("Host")).isEqualTo("hooks.example.org:" + peer.port());
    }

    @Test
    void aNameThatAnswersOtherwiseTheSecondTimeGainsNothing() throws Exception {
        Peer peer = peer(Peer.answering("HTTP/1.1 200 OK\r\n\r\n"));
        HookClient client = client(new FakeNames("1.1.1.1", "127.0.0.1"), "");
        String target = peer.url("rebinding.example.org").replace("http:", "https:");
        client.check(target);
        assertThat(client.post(target, BODY, Map.of()))
                .isEqualTo(new Outcome.Failed("The target's host rebinding.example.org has the address 127.0.0.1,"
                        + " which is loopback; NOTIFY_ALLOW_TARGETS may allow it."));
        assertThat(peer.connections()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "127.0.0.2"})
    void thisMachineIsNotReachedByAnyName(String host) throws Exception {
        Peer peer = peer(Peer.answering("HTTP/1.1 200 OK\r\n\r\n"));
        HookClient client = client("");
        for (String scheme : List.of("http:", "https:")) {
            String target = peer.url(host).replace("http:", scheme);
            assertThatThrownBy(() -> client.check(target)).isInstanceOf(TargetRefused.class);
            assertThat(client.post(target, BODY, Map.of())).isInstanceOf(Outcome.Failed.class);
        }
        assertThat(peer.connections()).isZero();
    }

    @Test
    void aRedirectIsNotFollowed() throws Exception {
        Peer inside = peer(Peer.answering("HTTP/1.1 200 OK\r\n\r\n"));
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            Peer peer = peer(Peer.answering("HTTP/1.1 " + status + " Moved\r\nLocation: " + inside.url("127.0.0.1")
                    + "\r\ncontent-length: 0\r\n\r\n"));
            assertThat(client("localhost").post(peer.url("localhost"), BODY, Map.of()))
                    .isEqualTo(new Outcome.Refused(
                            "The peer answered " + status + ". Redirects are not followed; name the last URL."));
        }
        assertThat(inside.connections()).isZero();
    }

    @Test
    void aBusyPeerSaysWhenToComeBack() throws Exception {
        Peer peer = peer(Peer.answering("HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\ncontent-length: 0\r\n\r\n"));
        assertThat(client("localhost").post(peer.url("localhost"), BODY, Map.of()))
                .isEqualTo(Outcome.Failed.throttled("The peer answered 429.", Duration.ofSeconds(7)));
    }

    @Test
    void aPeerThatSaysNothingIsLeft() throws Exception {
        isLeftWithin(Duration.ofSeconds(20), SHORT, peer(Peer.SILENT), "http:", "");
    }

    @Test
    void aPeerThatDripsItsHeadIsLeft() throws Exception {
        isLeftWithin(
                Duration.ofSeconds(9),
                WHOLE,
                peer(Peer.dripping("HTTP/1.1 200 OK\r\n", "X: y\r\n")),
                "http:",
                "did not answer within 1.5 s");
    }

    @Test
    void aPeerThatDripsItsHandshakeIsLeft() throws Exception {
        // A TLS record of 16 KiB that comes byte by byte.
        isLeftWithin(
                Duration.ofSeconds(9),
                WHOLE,
                peer(Peer.dripping("\u0016\u0003\u0003@\u0000", "\u0002")),
                "https:",
                "did not answer within 1.5 s");
    }

    @Test
    void ofTheBodyNothingIsRead() throws Exception {
        Peer peer = peer(Peer.dripping("HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n", "x".repeat(10_000)));
        long since = System.nanoTime();
        assertThat(client("localhost").post(peer.url("localhost"), BODY, Map.of()))
                .isEqualTo(new Outcome.Delivered());
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void anEndlessHeadIsLeft() throws Exception {
        Peer peer = peer(Peer.answering("HTTP/1.1 200 OK\r\nX: " + "y".repeat(1_000_000) + "\r\n\r\n"));
        assertThat(client("localhost").post(peer.url("localhost"), BODY, Map.of()))
                .isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void whoeverIsNotThereOrBreaksOffIsTriedAgain() throws Exception {
        Peer gone = peer(Peer.SILENT);
        gone.close();
        assertThat(client("localhost").post(gone.url("localhost"), BODY, Map.of()))
                .isInstanceOf(Outcome.Failed.class);
        Peer rude = peer(Peer.answering(""));
        assertThat(client("localhost").post(rude.url("localhost"), BODY, Map.of()))
                .isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void aNameThatNobodyKnowsIsRefusedWhenARouteIsMadeAndTriedAgainWhenAMessageIsSent() {
        HookClient client = client(host -> {
            throw new UnknownHostException(host);
        });
        String target = "https://nowhere.example.org/secret";
        assertThatThrownBy(() -> client.check(target))
                .isInstanceOf(TargetRefused.class)
                .hasMessage("The target's host nowhere.example.org is not known; check its name.");
        assertThat(client.post(target, BODY, Map.of()))
                .isEqualTo(new Outcome.Failed("The target's host is not known."));
    }

    @Test
    void noPostKeepsAConnectionForItselfHoweverItEnds() throws Exception {
        Peer peer = peer(Peer.dripping("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n", "x"));
        Peer rude = peer(Peer.answering(""));
        HookClient client = client("localhost");
        // More often than there are connections.
        for (int i = 0; i < 40; i++) {
            assertThat(client.post(peer.url("localhost"), BODY, Map.of())).isEqualTo(new Outcome.Delivered());
            assertThat(client.post(rude.url("localhost"), BODY, Map.of())).isInstanceOf(Outcome.Failed.class);
        }
        assertThat(rude.connections()).isEqualTo(40);
    }

    @Test
    void aCertificateThatNobodyVouchesForIsNotTrusted() {
        WireMockServer server = new WireMockServer(WireMockConfiguration.wireMockConfig()
                .dynamicPort()
                .dynamicHttpsPort()
                .bindAddress("127.0.0.1"));
        server.start();
        try {
            assertThat(client("localhost").post("https://localhost:" + server.httpsPort() + "/hook", BODY, Map.of()))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.reason()).startsWith("The peer's TLS is not to be trusted"));
            assertThat(server.getAllServeEvents()).isEmpty();
        } finally {
            server.stop();
        }
    }

    private void isLeftWithin(Duration bound, TimeLimits limits, Peer peer, String scheme, String words) {
        HookClient client = client(SystemDefaultDnsResolver.INSTANCE, "localhost", limits);
        long since = System.nanoTime();
        Outcome outcome = client.post(peer.url("localhost").replace("http:", scheme), BODY, Map.of());
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(bound);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.reason()).contains(words);
            assertThat(failed.kind()).isEqualTo(Outcome.Failed.Kind.SILENCE);
        });
    }

    private Peer peer(Peer.Conduct conduct) throws IOException {
        Peer peer = new Peer(conduct);
        open.add(peer);
        return peer;
    }

    private HookClient client(String allowed) {
        return client(SystemDefaultDnsResolver.INSTANCE, allowed);
    }

    private interface Lookup {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private HookClient client(Lookup lookup) {
        return client(
                new DnsResolver() {
                    @Override
                    public InetAddress[] resolve(String host) throws UnknownHostException {
                        return lookup.resolve(host);
                    }

                    @Override
                    public String resolveCanonicalHostname(String host) {
                        return host;
                    }
                },
                "");
    }

    private HookClient client(DnsResolver names, String allowed) {
        return client(names, allowed, LONG);
    }

    private HookClient client(DnsResolver names, String allowed, TimeLimits limits) {
        HookClient client = new HookClient(
                new TargetRules(AllowedTargets.of(List.of(allowed.split(",")))), names, limits, watchdog, CLOCK);
        open.add(client);
        return client;
    }
}

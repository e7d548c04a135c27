package io.aitbc.coordinator.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.junit5.GreenMailExtension;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** E-mail to a real SMTP server, and to peers that only look like one. */
@Timeout(60)
class MailCourierTest {

    @RegisterExtension
    static final GreenMailExtension MAIL = new GreenMailExtension(new ServerSetup[] {
                new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
                new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS)
            })
            .withConfiguration(GreenMailConfiguration.aConfig().withUser("user", "password"));

    private static final TimeLimits SHORT =
            new TimeLimits(Duration.ofMillis(500), Duration.ofMillis(600), Duration.ofMillis(1_500));
    private static final TimeLimits LONG =
            new TimeLimits(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(20));

    private final ScheduledExecutorService watchdog = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        watchdog.shutdownNow();
    }

    @Test
    void aMessageArrives() throws Exception {
        Letter letter = letter(Samples.notification("Pool ist voll: \u00e4\uD83D\uDE00", "No GPU is free.\nReally."));
        assertThat(deliver(letter)).isEqualTo(new Outcome.Delivered());
        MimeMessage[] got = MAIL.getReceivedMessages();
        assertThat(got).hasSize(1);
        assertThat(got[0].getSubject()).isEqualTo("[CRITICAL] Pool ist voll: \u00e4\uD83D\uDE00");
        assertThat(got[0].getFrom()[0]).hasToString("alerts@example.org");
        assertThat(got[0].getAllRecipients()[0]).hasToString("ops@example.org");
        assertThat(got[0].getMessageID()).isEqualTo("<" + letter.deliveryId() + "@example.org>");
        assertThat(got[0].getHeader("X-Delivery-Id"))
                .containsExactly(letter.deliveryId().toString());
        assertThat(got[0].getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(got[0].getContent().toString())
                .startsWith("No GPU is free.")
                .contains("Really.", "severity: critical", "tenant: acme", "pool: pool-1", "episode: capacity:pool-1");
    }

    @Test
    void aResolutionAnswersTheOpening() throws Exception {
        UUID opening = UUID.randomUUID();
        Notification over = Samples.notification(EpisodeEvent.RESOLVED, Severity.INFO, "Full", "", Map.of());
        assertThat(deliver(new Letter(
                        UUID.randomUUID(),
                        UUID.randomUUID(),
                        1,
                        Channel.EMAIL,
                        "smtp",
                        "ops@example.org",
                        null,
                        opening,
                        over)))
                .isEqualTo(new Outcome.Delivered());
        assertThat(MAIL.getReceivedMessages()[0].getSubject()).isEqualTo("[RESOLVED] Full");
        assertThat(MAIL.getReceivedMessages()[0].getHeader("In-Reply-To"))
                .containsExactly("<" + opening + "@example.org>");
    }

    @Test
    void noTextBecomesAHeader() throws Exception {
        String nasty = "x\r\nBcc: victim@example.org\r\n\r\nbody\u2028Cc: victim@example.org\u0000";
        Letter letter = letter(Samples.notification(
                EpisodeEvent.OPENED, Severity.HIGH, nasty.repeat(20), nasty, Map.of(nasty, nasty)));
        assertThat(deliver(letter)).isEqualTo(new Outcome.Delivered());
        MimeMessage[] got = MAIL.getReceivedMessages();
        assertThat(got).hasSize(1);
        assertThat(got[0].getHeader("Bcc")).isNull();
        assertThat(got[0].getHeader("Cc")).isNull();
        assertThat(got[0].getAllRecipients()).hasSize(1);
        assertThat(GreenMailUtil.getHeaders(got[0]).lines().filter(line -> line.startsWith("Subject:")))
                .hasSize(1);
    }

    @Test
    void aRecipientThatIsNoneIsRefusedBeforeAnythingIsSent() {
        for (String target :
                new String[] {"a@b, c@d", "a@b\r\nRCPT TO:<c@d>", "<a@b>", "a b@c", "\"x\"@y", "@", "a@"}) {
            Outcome outcome = courier(settings(MAIL.getSmtp().getPort(), "none"), LONG)
                    .deliver(letter(Samples.notification("t", "")), target);
            assertThat(outcome).as(target).isInstanceOf(Outcome.Refused.class);
        }
        assertThat(MAIL.getReceivedMessages()).isEmpty();
    }

    @Test
    void whatTheServerRefusesForGoodIsNotSentAgain() throws Exception {
        try (Peer peer = smtp("550 5.1.1 no such user")) {
            assertThat(courier(settings(peer.port(), "none"), LONG)
                            .deliver(letter(Samples.notification("t", "")), "ops@example.org"))
                    .isInstanceOfSatisfying(
                            Outcome.Refused.class,
                            refused -> assertThat(refused.reason()).contains("550 5.1.1 no such user"));
        }
        try (Peer peer = smtp("451 4.7.1 greylisted")) {
            assertThat(courier(settings(peer.port(), "none"), LONG)
                            .deliver(letter(Samples.notification("t", "")), "ops@example.org"))
                    .isInstanceOf(Outcome.Failed.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "MAIL, 530 5.7.0 authentication required",
        "MAIL, 530 5.7.0 must issue a STARTTLS command first",
        "MAIL, 550 5.7.1 sender not allowed",
        "MAIL, 553 5.7.1 sender not owned by user",
        "MAIL, 554 5.7.1 client blocked",
        "RCPT, 530 5.7.0 authentication required",
        "DATA, 530 5.7.0 authentication required"
    })
    void whatIsWrongWithTheSettingsKillsNoMessage(String command, String answer) throws Exception {
        try (Peer peer = new Peer(new SmtpConduct().answering(command, answer))) {
            assertThat(courier(settings(peer.port(), "none"), LONG)
                            .deliver(letter(Samples.notification("t", "")), "ops@example.org"))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.reason()).contains(answer));
        }
    }

    @Test
    void aMessageThatIsRefusedWhenItIsSeenIsNotSentAgain() throws Exception {
        try (Peer peer = new Peer(new SmtpConduct().answering(".", "554 5.7.1 looks like spam"))) {
            assertThat(courier(settings(peer.port(), "none"), LONG)
                            .deliver(letter(Samples.notification("t", "")), "ops@example.org"))
                    .isEqualTo(new Outcome.Refused("The SMTP server refuses the message: 554 5.7.1 looks like spam"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"starttls", "tls"})
    void aMessageArrivesOverTls(String tls, @TempDir Path folder) throws Exception {
        SmtpConduct server = new SmtpConduct().protectedBy(certificate(folder), tls.equals("tls"));
        try (Peer peer = new Peer(server)) {
            NotificationSettings settings =
                    Samples.settings("localhost", peer.port(), "", "", tls, "alerts@example.org");
            Letter letter = letter(Samples.notification("t", ""));
            // Whoever vouches for it, its certificate has to name it; and somebody has to vouch for it.
            assertThat(courier(settings(peer.port(), tls), "127.0.0.1").deliver(letter, "ops@example.org"))
                    .isInstanceOf(Outcome.Failed.class);
            assertThat(courier(settings, "").deliver(letter, "ops@example.org")).isInstanceOf(Outcome.Failed.class);
            assertThat(server.heardSafely()).isEmpty();
            assertThat(courier(settings, "localhost").deliver(letter, "ops@example.org"))
                    .isEqualTo(new Outcome.Delivered());
            assertThat(server.heardSafely()).contains("RCPT TO:<ops@example.org>", "DATA", ".");
        }
    }

    @Test
    void whatWasTakenIsDeliveredHoweverTheServerSaysGoodbye() throws Exception {
        for (String goodbye : new String[] {"", "500 no", "421 going down\r\n"}) {
            try (Peer peer = new Peer(new SmtpConduct().answering("QUIT", goodbye))) {
                long since = System.nanoTime();
                assertThat(courier(settings(peer.port(), "none"), LONG)
                                .deliver(letter(Samples.notification("t", "")), "ops@example.org"))
                        .isEqualTo(new Outcome.Delivered());
                assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(15));
            }
        }
    }

    @Test
    void aServerIsGreetedByTheSendersDomain() throws Exception {
        SmtpConduct server = new SmtpConduct();
        try (Peer peer = new Peer(server)) {
            courier(settings(peer.port(), "none"), LONG)
                    .deliver(letter(Samples.notification("t", "")), "ops@example.org");
        }
        assertThat(server.heard()).contains("EHLO example.org");
    }

    @Test
    void aServerThatHangsOrDripsIsLeft() throws Exception {
        for (Peer.Conduct conduct : new Peer.Conduct[] {Peer.SILENT, Peer.dripping("220-hello\r\n", "220-x\r\n")}) {
            try (Peer peer = new Peer(conduct)) {
                long since = System.nanoTime();
                Outcome outcome = courier(settings(peer.port(), "none"), SHORT)
                        .deliver(letter(Samples.notification("t", "")), "ops@example.org");
                assertThat(outcome)
                        .isInstanceOfSatisfying(
                                Outcome.Failed.class,
                                failed -> assertThat(failed.kind()).isEqualTo(Outcome.Failed.Kind.SILENCE));
                assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(20));
            }
        }
    }

    @Test
    void nothingIsSentWithoutTheProtectionThatIsSet() {
        for (NotificationSettings settings : new NotificationSettings[] {
            settings(MAIL.getSmtp().getPort(), "starttls"),
            settings(MAIL.getSmtps().getPort(), "tls"),
            settings(MAIL.getSmtp().getPort(), "tls")
        }) {
            assertThat(courier(settings, LONG).deliver(letter(Samples.notification("t", "")), "ops@example.org"))
                    .as(settings.toString())
                    .isInstanceOf(Outcome.Failed.class);
        }
        assertThat(MAIL.getReceivedMessages()).isEmpty();
    }

    @Test
    void aWrongPasswordIsAMatterOfSettings() {
        NotificationSettings wrong = Samples.settings(
                "127.0.0.1", MAIL.getSmtp().getPort(), "user", "wrong-password", "none", "alerts@example.org");
        assertThat(courier(wrong, LONG).deliver(letter(Samples.notification("t", "")), "ops@example.org"))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.reason())
                                .contains("NOTIFY_SMTP_USER")
                                .doesNotContain("wrong-password"));
    }

    private Outcome deliver(Letter letter) {
        NotificationSettings settings = Samples.settings(
                "127.0.0.1", MAIL.getSmtp().getPort(), "user", "password", "none", "alerts@example.org");
        return courier(settings, LONG).deliver(letter, "ops@example.org");
    }

    private MailCourier courier(NotificationSettings settings, TimeLimits limits) {
        return new MailCourier(settings, limits, watchdog, Clock.fixed(Samples.NOON, ZoneOffset.UTC));
    }

    private MailCourier courier(NotificationSettings settings, String vouched) {
        return new MailCourier(settings, LONG, watchdog, Clock.fixed(Samples.NOON, ZoneOffset.UTC), vouched);
    }

    /** A key and a certificate of localhost's own making. */
    private static SSLContext certificate(Path folder) throws Exception {
        Path store = folder.resolve("localhost.p12");
        char[] password = "changeit".toCharArray();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(("-genkeypair -alias localhost -keyalg EC -dname CN=localhost -ext san=dns:localhost"
                        + " -validity 3650 -storetype PKCS12 -storepass changeit -keystore")
                .split(" ")));
        command.add(store.toString());
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(45, TimeUnit.SECONDS)).isTrue();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(KeyStore.getInstance(store.toFile(), password), password);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        return tls;
    }

    private static NotificationSettings settings(int port, String tls) {
        return Samples.settings("127.0.0.1", port, "", "", tls, "alerts@example.org");
    }

    private static Letter letter(Notification notification) {
        return Samples.letter(Channel.EMAIL, "ops@example.org", null, notification);
    }

    /** A server that answers so to RCPT. */
    private static Peer smtp(String toRecipient) throws Exception {
        return new Peer(new SmtpConduct().answering("RCPT", toRecipient));
    }
}

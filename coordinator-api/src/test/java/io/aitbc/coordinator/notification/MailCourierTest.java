package io.aitbc.coordinator.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.configuration.GreenMailConfiguration;
import com.icegreen.greenmail.junit5.GreenMailExtension;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

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

    @Test
    void whatWasTakenIsDeliveredHoweverTheServerSaysGoodbye() throws Exception {
        for (String goodbye : new String[] {"", "500 no", "421 going down\r\n"}) {
            try (Peer peer = new Peer((self, socket) -> converse(socket, "250 ok", goodbye))) {
                long since = System.nanoTime();
                assertThat(courier(settings(peer.port(), "none"), LONG)
                                .deliver(letter(Samples.notification("t", "")), "ops@example.org"))
                        .isEqualTo(new Outcome.Delivered());
                assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(15));
            }
        }
    }

    @Test
    void aServerThatHangsOrDripsIsLeft() throws Exception {
        for (Peer.Conduct conduct : new Peer.Conduct[] {Peer.SILENT, Peer.dripping("220-hello\r\n", "220-x\r\n")}) {
            try (Peer peer = new Peer(conduct)) {
                long since = System.nanoTime();
                Outcome outcome = courier(settings(peer.port(), "none"), SHORT)
                        .deliver(letter(Samples.notification("t", "")), "ops@example.org");
                assertThat(outcome).isInstanceOf(Outcome.Failed.class);
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

    private static NotificationSettings settings(int port, String tls) {
        return Samples.settings("127.0.0.1", port, "", "", tls, "alerts@example.org");
    }

    private static Letter letter(Notification notification) {
        return Samples.letter(Channel.EMAIL, "ops@example.org", null, notification);
    }

    /** A server that answers so to RCPT. */
    private static Peer smtp(String toRecipient) throws Exception {
        return new Peer((peer, socket) -> converse(socket, toRecipient, "221 bye"));
    }

    /** Speaks SMTP; an empty goodbye means that it leaves once it has the message. */
    private static void converse(Socket socket, String toRecipient, String goodbye) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        OutputStream out = socket.getOutputStream();
        boolean isData = false;
        String answer = "220 hello";
        for (String line = ""; line != null; line = in.readLine()) {
            if (isData && !line.equals(".")) {
                continue;
            }
            if (line.startsWith("RCPT")) {
                answer = toRecipient;
            } else if (line.startsWith("DATA")) {
                answer = "354 go on";
            } else if (line.startsWith("QUIT")) {
                answer = goodbye;
            } else if (!line.isEmpty()) {
                answer = "250 ok";
            }
            out.write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            if (isData && goodbye.isEmpty()) {
                socket.setSoLinger(true, 0);
                return;
            }
            isData = line.startsWith("DATA");
        }
    }
}

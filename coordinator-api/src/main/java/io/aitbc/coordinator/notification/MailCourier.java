package io.aitbc.coordinator.notification;

import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Date;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries messages by SMTP, each on a connection of its own. The delivery's id is in its Message-ID. */
final class MailCourier implements Courier {

    private static final Logger LOG = LoggerFactory.getLogger(MailCourier.class);

    private static final String NOT_NOW = "The SMTP server cannot take the message now: ";
    /** "Authentication required", or TLS (RFC 4954, RFC 3207): nothing is wrong with the message. */
    private static final int LOGIN_NEEDED = 530;

    private static final class WithId extends MimeMessage {

        private final String id;

        WithId(Session session, String id) {
            super(session);
            this.id = id;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", id);
        }
    }

    private final NotificationSettings settings;
    private final TimeLimits limits;
    private final ScheduledExecutorService watchdog;
    private final Clock clock;
    private final String vouched;

    MailCourier(NotificationSettings settings, TimeLimits limits, ScheduledExecutorService watchdog, Clock clock) {
        this(settings, limits, watchdog, clock, "");
    }

    /**
     * For tests.
     *
     * @param vouched a host whose certificate need not be signed by anybody known, only name it
     */
    MailCourier(
            NotificationSettings settings,
            TimeLimits limits,
            ScheduledExecutorService watchdog,
            Clock clock,
            String vouched) {
        this.settings = settings;
        this.limits = limits;
        this.watchdog = watchdog;
        this.clock = clock;
        this.vouched = vouched;
    }

    @Override
    public Outcome deliver(Letter letter, String target) {
        if (!MailAddress.isOne(target)) {
            return new Outcome.Refused("The recipient " + MailAddress.RULE + ".");
        }
        CuttableSockets sockets = new CuttableSockets();
        ScheduledFuture<?> end = watchdog.schedule(sockets::cut, limits.total().toMillis(), TimeUnit.MILLISECONDS);
        try {
            send(Session.getInstance(properties(sockets)), letter, target);
            return new Outcome.Delivered();
        } catch (MessagingException e) {
            return outcome(e, sockets.isCut());
        } finally {
            end.cancel(false);
            sockets.cut();
        }
    }

    private void send(Session session, Letter letter, String target) throws MessagingException {
        Message message = message(session, letter, target);
        Transport transport = session.getTransport("smtp");
        try {
            boolean anonymous = settings.smtpUser().isEmpty();
            transport.connect(
                    settings.smtpHost(),
                    settings.smtpPort(),
                    anonymous ? null : settings.smtpUser(),
                    anonymous ? null : settings.smtpPassword());
            transport.sendMessage(message, new Address[] {new InternetAddress(target, true)});
        } finally {
            closeQuietly(transport);
        }
    }

    /** Whether the message was taken is known by now; how the server says goodbye changes nothing. */
    private static void closeQuietly(Transport transport) {
        try {
            transport.close();
        } catch (MessagingException e) {
            LOG.debug("The SMTP server did not say goodbye: {}", e.toString());
        }
    }

    private Message message(Session session, Letter letter, String target) throws MessagingException {
        Notification notification = letter.notification();
        MimeMessage message = new WithId(session, id(letter.deliveryId()));
        message.setFrom(new InternetAddress(settings.mailFrom(), true));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(target, true));
        message.setSubject(Texts.line(notification.headline(), 400), StandardCharsets.UTF_8.name());
        message.setText(body(notification), StandardCharsets.UTF_8.name());
        message.setSentDate(Date.from(clock.instant()));
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setHeader(HookCourier.ID_HEADER, letter.deliveryId().toString());
        if (letter.follows() != null) {
            message.setHeader("In-Reply-To", id(letter.follows()));
            message.setHeader("References", id(letter.follows()));
        }
        message.saveChanges();
        return message;
    }

    private static String body(Notification notification) {
        StringBuilder body = new StringBuilder(notification.text());
        if (!notification.text().isBlank()) {
            body.append("\n\n");
        }
        notification
                .facts()
                .forEach((name, value) -> body.append(Texts.line(name, 128))
                        .append(": ")
                        .append(Texts.line(value, 1_024))
                        .append('\n'));
        return body.append("\nepisode: ")
                .append(Texts.line(notification.key(), 256))
                .append('\n')
                .toString();
    }

    private String id(UUID deliveryId) {
        return "<" + deliveryId + "@" + domain() + ">";
    }

    private String domain() {
        return settings.mailFrom().substring(settings.mailFrom().indexOf('@') + 1);
    }

    private Properties properties(CuttableSockets sockets) {
        NotificationSettings.Tls tls = settings.tls();
        Properties properties = new Properties();
        // Otherwise it greets by this machine's name, which may take long to find, and which servers need not like.
        properties.put("mail.smtp.localhost", domain());
        properties.put("mail.smtp.socketFactory", sockets);
        properties.put("mail.smtp.socketFactory.fallback", "false");
        properties.put(
                "mail.smtp.connectiontimeout", Long.toString(limits.connect().toMillis()));
        properties.put("mail.smtp.timeout", Long.toString(limits.silence().toMillis()));
        properties.put("mail.smtp.writetimeout", Long.toString(limits.silence().toMillis()));
        properties.put("mail.smtp.quitwait", "false");
        properties.put("mail.smtp.auth", Boolean.toString(!settings.smtpUser().isEmpty()));
        properties.put("mail.smtp.ssl.enable", Boolean.toString(tls == NotificationSettings.Tls.TLS));
        properties.put("mail.smtp.starttls.enable", Boolean.toString(tls == NotificationSettings.Tls.STARTTLS));
        properties.put("mail.smtp.starttls.required", Boolean.toString(tls == NotificationSettings.Tls.STARTTLS));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        if (!vouched.isEmpty()) {
            properties.put("mail.smtp.ssl.trust", vouched);
        }
        return properties;
    }

    private Outcome outcome(MessagingException e, boolean isCut) {
        if (isCut) {
            return Outcome.Failed.silent(
                    "The SMTP server did not finish within " + limits.total().toSeconds() + " s.");
        }
        String said = Texts.line(String.valueOf(last(e).getMessage()), 300);
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SMTPAddressFailedException address && address.getReturnCode() != LOGIN_NEEDED) {
                return refused(address.getReturnCode(), said);
            }
        }
        if (e instanceof SMTPSendFailedException sending) {
            if (sending.getReturnCode() == LOGIN_NEEDED || sending.getCommand().startsWith("MAIL")) {
                return new Outcome.Failed("The SMTP server does not take messages from NOTIFY_MAIL_FROM with these"
                        + " NOTIFY_SMTP_USER and NOTIFY_SMTP_TLS: " + said);
            }
            return refused(sending.getReturnCode(), said);
        }
        if (e instanceof AuthenticationFailedException) {
            return new Outcome.Failed(
                    "The SMTP server does not accept NOTIFY_SMTP_USER and NOTIFY_SMTP_PASSWORD: " + said);
        }
        return last(e) instanceof SocketTimeoutException
                ? Outcome.Failed.silent(NOT_NOW + said)
                : new Outcome.Failed(NOT_NOW + said);
    }

    /** What the server says of the recipient or of the message itself: what begins with 5 it says for good. */
    private static Outcome refused(int code, String said) {
        return code / 100 == 5
                ? new Outcome.Refused("The SMTP server refuses the message: " + said)
                : new Outcome.Failed(NOT_NOW + said);
    }

    private static Throwable last(Throwable e) {
        Throwable last = e;
        while (last.getCause() != null) {
            last = last.getCause();
        }
        return last;
    }
}

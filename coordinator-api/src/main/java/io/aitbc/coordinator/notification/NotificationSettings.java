package io.aitbc.coordinator.notification;

import java.util.List;
import java.util.Locale;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How messages leave.
 *
 * @param smtpHost NOTIFY_SMTP_HOST: empty where there is none; e-mails then wait
 * @param smtpPort NOTIFY_SMTP_PORT: 1..65535
 * @param smtpUser NOTIFY_SMTP_USER: empty where the server wants none
 * @param smtpPassword NOTIFY_SMTP_PASSWORD: with the user
 * @param smtpTls NOTIFY_SMTP_TLS: starttls, tls or none
 * @param mailFrom NOTIFY_MAIL_FROM: the sender of all e-mails
 * @param maxAttempts NOTIFY_MAX_ATTEMPTS: how often a delivery is tried before it is dead; 1..50
 * @param allowTargets NOTIFY_ALLOW_TARGETS: hosts, addresses and networks that webhooks may reach although they are private
 */
@ConfigurationProperties("coordinator.notification")
record NotificationSettings(
        String smtpHost,
        int smtpPort,
        String smtpUser,
        String smtpPassword,
        String smtpTls,
        String mailFrom,
        int maxAttempts,
        List<String> allowTargets) {

    /** How a connection to the SMTP server is protected. */
    enum Tls {
        STARTTLS,
        TLS,
        NONE
    }

    NotificationSettings {
        smtpHost = smtpHost.strip();
        mailFrom = mailFrom.strip();
        allowTargets = List.copyOf(allowTargets);
        if (smtpPort < 1 || smtpPort > 65_535) {
            throw new IllegalArgumentException("NOTIFY_SMTP_PORT must be within 1..65535, was " + smtpPort);
        }
        if (!List.of("starttls", "tls", "none").contains(smtpTls.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("NOTIFY_SMTP_TLS must be starttls, tls or none, was " + smtpTls);
        }
        if (smtpUser.isEmpty() != smtpPassword.isEmpty()) {
            throw new IllegalArgumentException("NOTIFY_SMTP_USER and NOTIFY_SMTP_PASSWORD must be set both or neither");
        }
        if (!smtpHost.isEmpty() && !MailAddress.isOne(mailFrom)) {
            throw new IllegalArgumentException(
                    "NOTIFY_MAIL_FROM must be an e-mail address such as alerts@example.org when NOTIFY_SMTP_HOST is set,"
                            + " was '" + mailFrom + "'");
        }
        if (maxAttempts < 1 || maxAttempts > 50) {
            throw new IllegalArgumentException("NOTIFY_MAX_ATTEMPTS must be within 1..50, was " + maxAttempts);
        }
        AllowedTargets.of(allowTargets);
    }

    /** False while e-mails have to wait. */
    boolean hasMail() {
        return !smtpHost.isEmpty();
    }

    Tls tls() {
        return Tls.valueOf(smtpTls.toUpperCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return "NotificationSettings[" + smtpHost + ":" + smtpPort + ", " + smtpTls + "]";
    }
}

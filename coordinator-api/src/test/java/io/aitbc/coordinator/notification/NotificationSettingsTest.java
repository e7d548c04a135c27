package io.aitbc.coordinator.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class NotificationSettingsTest {

    @Test
    void withoutAServerMailHasToWait() {
        NotificationSettings none = Samples.settings("", 587, "", "", "starttls", "");
        assertThat(none.hasMail()).isFalse();
        assertThat(none.tls()).isEqualTo(NotificationSettings.Tls.STARTTLS);
        assertThat(Samples.settings("smtp", 25, "", "", "NONE", "a@example.org").hasMail())
                .isTrue();
    }

    @Test
    void aValueThatMakesNoSenseIsNamed() {
        assertThatThrownBy(() -> Samples.settings("", 0, "", "", "none", ""))
                .hasMessage("NOTIFY_SMTP_PORT must be within 1..65535, was 0");
        assertThatThrownBy(() -> Samples.settings("", 25, "", "", "ssl", ""))
                .hasMessage("NOTIFY_SMTP_TLS must be starttls, tls or none, was ssl");
        assertThatThrownBy(() -> Samples.settings("", 25, "user", "", "none", ""))
                .hasMessage("NOTIFY_SMTP_USER and NOTIFY_SMTP_PASSWORD must be set both or neither");
        assertThatThrownBy(() -> Samples.settings("smtp", 25, "", "", "none", "a@b\r\nBcc: c@d"))
                .hasMessageStartingWith("NOTIFY_MAIL_FROM must be an e-mail address");
        assertThatThrownBy(() -> new NotificationSettings("", 25, "", "", "none", "", 0, List.of()))
                .hasMessage("NOTIFY_MAX_ATTEMPTS must be within 1..50, was 0");
        assertThatThrownBy(() -> new NotificationSettings("", 25, "", "", "none", "", 10, List.of("10.0.0.0/40")))
                .hasMessageStartingWith("NOTIFY_ALLOW_TARGETS must list");
    }

    @Test
    void thePasswordIsNotPrinted() {
        assertThat(Samples.settings("smtp", 25, "user", "hunter22", "none", "a@example.org")
                        .toString())
                .doesNotContain("hunter22");
    }
}

package io.aitbc.coordinator.notification;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What other features of this service have to tell, on the way that all notifications take. */
@Component
public class Announcements {

    private final NotificationIntake intake;

    Announcements(NotificationIntake intake) {
        this.intake = intake;
    }

    /**
     * Tells of something that somebody should look at; kept when this returns, and sent after that. The same key again sends
     * nothing more.
     *
     * @param key names the episode, at most 256 characters
     * @param title one line, at most 300 characters
     * @param labels by which routes choose
     * @param tenantId whom it concerns; null for nobody in particular
     * @param email an address that is told whatever the routes say; null, or what is no address, for none
     * @throws Problem 503 when too much is told at once; tell it again later
     */
    public void warn(
            String key,
            String title,
            String text,
            Map<String, String> labels,
            @Nullable String tenantId,
            @Nullable String email,
            Instant occurredAt) {
        intake.accept(
                Caller.system(),
                new Notification(
                        UuidCreator.getTimeOrderedEpoch(),
                        Source.API,
                        key,
                        EpisodeEvent.OPENED,
                        Severity.WARNING,
                        Texts.line(title, 300),
                        Texts.lines(text, 20_000),
                        labels,
                        tenantId,
                        email == null || !MailAddress.isOne(email) ? List.of() : List.of(email),
                        occurredAt));
    }
}

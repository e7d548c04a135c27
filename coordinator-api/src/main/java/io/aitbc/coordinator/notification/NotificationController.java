package io.aitbc.coordinator.notification;

import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import java.time.Clock;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Takes what services, operators and Alertmanager tell. */
@RestController
@Allowed({Role.SERVICE, Role.OPERATOR})
class NotificationController {

    private final NotificationIntake intake;
    private final Clock clock;

    NotificationController(NotificationIntake intake, Clock clock) {
        this.intake = intake;
        this.clock = clock;
    }

    @PostMapping("/api/notifications")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Tell that an episode has begun or is over",
            description = "Each is sent once: the same key and event again changes nothing. The answer comes after the"
                    + " commit; a message that cannot be delivered now is tried again.")
    NotificationIntake.Receipt accept(Caller caller, @Valid @RequestBody NotificationRequest request) {
        return intake.accept(caller, request.read(UuidCreator.getTimeOrderedEpoch(), clock.instant()));
    }

    @PostMapping("/api/alerts/alertmanager")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Operation(
            summary = "Take alerts from Alertmanager's webhook, version 4",
            description =
                    "An alert is an episode, known by its fingerprint and startsAt; firing opens it, resolved ends"
                            + " it. The same alert again changes nothing.")
    NotificationIntake.Tally alertmanager(Caller caller, @Valid @RequestBody AlertmanagerWebhook webhook) {
        return intake.acceptAll(
                caller, webhook.subject(), webhook.read(UuidCreator::getTimeOrderedEpoch), webhook.left());
    }
}

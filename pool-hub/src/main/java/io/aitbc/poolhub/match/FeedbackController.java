package io.aitbc.poolhub.match;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Allowed({Role.OPERATOR, Role.SERVICE})
class FeedbackController {

    record Answer(String status) {}

    private final Feedback feedback;

    FeedbackController(Feedback feedback) {
        this.feedback = feedback;
    }

    @Operation(summary = "How work ended; the same report again changes nothing")
    @PostMapping("/v1/feedback")
    Answer take(Caller caller, @Valid @RequestBody FeedbackRequest report) {
        return new Answer(feedback.take(caller, report).isNew() ? "recorded" : "already known");
    }
}

package io.aitbc.coordinator.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Hears from pool-hubs what becomes of jobs. */
@RestController
@Allowed(Role.SERVICE)
class JobEventController {

    private static final int MOST = 1_000;

    private final NewsIntake intake;

    JobEventController(NewsIntake intake) {
        this.intake = intake;
    }

    @PostMapping("/api/jobs/events")
    @Operation(
            summary = "Tell what became of tenants' jobs, up to 1,000 changes in an array",
            description =
                    "Answers after the commit, with a verdict for each: ACCEPTED, DUPLICATE or REJECTED. Known by source and"
                            + " event_id; in any order, since each has the revision of its job.")
    NewsIntake.Report tell(Caller caller, @RequestBody List<JsonNode> news) {
        if (news.size() > MOST) {
            throw Problem.tooLarge("too-many", "Send at most " + MOST + " changes at once.");
        }
        return intake.take(caller, news);
    }
}

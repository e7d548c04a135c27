package io.aitbc.poolhub.job;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;

/** What miners ask and say about jobs. */
@RestController
@Allowed(Role.MINER)
class MinerJobController {

    private final JobEvents events;
    private final Assignments assignments;
    private final Orders orders;

    MinerJobController(JobEvents events, Assignments assignments, Orders orders) {
        this.orders = orders;
        this.events = events;
        this.assignments = assignments;
    }

    @Operation(summary = "Jobs that this miner has been given and has not started; heartbeats bring them as well")
    @GetMapping("/v1/miners/assignments")
    List<Map<String, Object>> assignments(Caller caller) {
        return assignments.of(Objects.requireNonNull(caller.subject()));
    }

    @Operation(
            summary = "Commands and assignments as heartbeats bring them, as soon as there are any; waits up to 30 s")
    @GetMapping("/v1/miners/orders")
    DeferredResult<Orders.Told> orders(Caller caller, @RequestParam(defaultValue = "0") @Min(0) @Max(30) int wait) {
        return orders.of(Objects.requireNonNull(caller.subject()), Duration.ofSeconds(wait));
    }

    @Operation(
            summary =
                    "What became of a job: started, progress, completed, failed or stopped; the same again changes nothing")
    @PostMapping("/v1/jobs/{jobId}/events")
    JobEvents.Heard event(Caller caller, @PathVariable String jobId, @RequestBody JobEvents.Said said) {
        return events.take(Objects.requireNonNull(caller.subject()), jobId, said);
    }
}

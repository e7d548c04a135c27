package io.aitbc.coordinator.invoice;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.KnownFieldsOnly;
import io.aitbc.service.web.Page;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.time.YearMonth;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Monthly runs over HTTP. */
@RestController
@RequestMapping("/api/billing/runs")
class RunController {

    /**
     * The month to invoice.
     *
     * @param month such as 2026-03
     * @param finalizes false for drafts; true if it is left out
     */
    @KnownFieldsOnly
    record Asked(
            @NotNull @Pattern(regexp = "[0-9]{4}-(0[1-9]|1[0-2])", message = "must be a month such as 2026-03")
            String month,

            @JsonProperty("finalize") @Nullable Boolean finalizes) {}

    /** A run and whom it could not serve. */
    record Told(@JsonUnwrapped BillingRun.View run, List<BillingRun.Failure> failures) {}

    private final RunDesk desk;
    private final BillingRuns runs;

    RunController(RunDesk desk, BillingRuns runs) {
        this.desk = desk;
        this.runs = runs;
    }

    @PostMapping
    @Allowed(Role.OPERATOR)
    @Operation(
            summary = "Invoice a month for all tenants now",
            description =
                    "202 with the month's run, which begins within seconds; asked for again it goes on with who is missing."
                            + " 409 while the month is not over for anybody; those for whom it is not are reported.")
    ResponseEntity<BillingRun.View> ask(Caller caller, @Valid @RequestBody Asked asked) {
        BillingRun.View run =
                desk.ask(caller, YearMonth.parse(asked.month()), !Boolean.FALSE.equals(asked.finalizes()));
        return ResponseEntity.accepted()
                .location(URI.create("/api/billing/runs/" + run.runId()))
                .body(run);
    }

    @GetMapping
    @Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE})
    @Operation(summary = "List the runs, the newest month first")
    Page<BillingRun.View> list() {
        return new Page<>(runs.newest(), null);
    }

    @GetMapping("/{runId}")
    @Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE})
    @Operation(summary = "Read how far a run is, and which tenants got no invoice and why")
    Told get(@PathVariable UUID runId) {
        return new Told(
                runs.find(runId).orElseThrow(() -> Problem.notFound("unknown-run", "There is no run " + runId + ".")),
                runs.failures(runId));
    }
}

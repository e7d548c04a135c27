package io.aitbc.poolhub.importing;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** History from elsewhere, as newline-delimited JSON of at most 10,000 lines a call. */
@RestController
@RequestMapping("/v1/import")
@Allowed(Role.OPERATOR)
class ImportController {

    private final History history;

    ImportController(History history) {
        this.history = history;
    }

    @Operation(summary = "State intervals {id, miner_id, state, started_at, ended_at}")
    @PostMapping("/intervals")
    History.Report intervals(Caller caller, HttpServletRequest request) throws IOException {
        return history.intervals(caller, request.getInputStream());
    }

    @Operation(summary = "Match results {id, miner_id, job_id, eta_ms, score?, created_at}")
    @PostMapping("/match-results")
    History.Report matchResults(Caller caller, HttpServletRequest request) throws IOException {
        return history.matchResults(caller, request.getInputStream());
    }

    @Operation(
            summary =
                    "Outcomes {id, job_id, miner_id, outcome, recorded_at, tenant_id?, gpu_count?, …}; they move trust")
    @PostMapping("/outcomes")
    History.Report outcomes(Caller caller, HttpServletRequest request) throws IOException {
        return history.outcomes(caller, request.getInputStream());
    }

    @Operation(summary = "Capacity snapshots {id, timestamp, total_miners, active_miners, …, metadata?}")
    @PostMapping("/snapshots")
    History.Report snapshots(Caller caller, HttpServletRequest request) throws IOException {
        return history.snapshots(caller, request.getInputStream());
    }

    @Operation(
            summary =
                    "Usage {event_id, tenant_id, resource_type, quantity, occurred_at, …}; billed only with bill=true")
    @PostMapping("/usage")
    History.Report usage(Caller caller, HttpServletRequest request, @RequestParam(defaultValue = "false") boolean bill)
            throws IOException {
        return history.usage(caller, request.getInputStream(), bill);
    }
}

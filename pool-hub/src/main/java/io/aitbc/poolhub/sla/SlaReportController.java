package io.aitbc.poolhub.sla;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.constraints.Pattern;
import java.time.YearMonth;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping({"/sla", "/v1/sla"})
@Allowed({Role.OPERATOR, Role.SERVICE, Role.VIEWER, Role.MINER})
class SlaReportController {

    private static final String MONTH = "20[0-9]{2}-(0[1-9]|1[0-2])";

    private final SlaReports reports;
    private final SlaReads reads;

    SlaReportController(SlaReports reports, SlaReads reads) {
        this.reports = reports;
        this.reads = reads;
    }

    @Operation(summary = "A miner's month: formula, intervals, violations, hash of the inputs; JSON, or CSV by Accept")
    @GetMapping("/reports/{minerId}")
    ResponseEntity<Object> report(
            Caller caller,
            @PathVariable String minerId,
            @RequestParam @Pattern(regexp = MONTH, message = "must be a month such as 2026-03") String month,
            @org.springframework.web.bind.annotation.RequestHeader(name = "Accept", defaultValue = "*/*")
                    String accept) {
        if (caller.is(Role.MINER) && !minerId.equals(caller.subject())) {
            throw Problem.forbidden("not-your-miner", "This key belongs to another miner.");
        }
        if (!reads.minerExists(minerId)) {
            throw Problem.notFound("unknown-miner", "There is no miner " + minerId + " here.");
        }
        SlaReport report = reports.of(minerId, YearMonth.parse(month));
        boolean csv = accept.contains("text/csv");
        return ResponseEntity.ok()
                .contentType(csv ? new MediaType("text", "csv") : MediaType.APPLICATION_JSON)
                .body(csv ? report.csv() : report);
    }
}

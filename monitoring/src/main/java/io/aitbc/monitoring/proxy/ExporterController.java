package io.aitbc.monitoring.proxy;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.KnownFieldsOnly;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The exporters that the metrics proxy may reach. */
@RestController
@RequestMapping("/api/v1/exporters")
@Allowed(Role.OPERATOR)
class ExporterController {

    /** Where an exporter answers. */
    @KnownFieldsOnly
    record Address(@Nullable String url) {}

    private final ExporterRegistry registry;

    ExporterController(ExporterRegistry registry) {
        this.registry = registry;
    }

    @GetMapping
    @Allowed({Role.VIEWER, Role.OPERATOR})
    @Operation(summary = "List the exporters that may be reached through /metrics/{service}/{job_id}, by their names")
    ResponseEntity<Page<Exporter>> list(
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit,
            HttpServletRequest request) {
        Page<Exporter> page = registry.page(cursor, limit);
        return Links.page(request, page);
    }

    @PutMapping("/{service}/{jobId}")
    @Operation(summary = "Register an exporter, or lead its name to another address")
    ResponseEntity<Exporter> put(
            Caller caller,
            @PathVariable @Pattern(regexp = JobNames.SERVICE, message = JobNames.RULE) String service,
            @PathVariable @Pattern(regexp = JobNames.JOB_ID, message = JobNames.RULE) String jobId,
            @RequestBody Address address) {
        ExporterRegistry.Kept kept = registry.put(caller, service, jobId, address.url());
        return ResponseEntity.status(kept.isNew() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(kept.exporter());
    }

    @DeleteMapping("/{service}/{jobId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Forget an exporter; it is reached no more")
    void delete(
            Caller caller,
            @PathVariable @Pattern(regexp = JobNames.SERVICE, message = JobNames.RULE) String service,
            @PathVariable @Pattern(regexp = JobNames.JOB_ID, message = JobNames.RULE) String jobId) {
        registry.delete(caller, service, jobId);
    }
}

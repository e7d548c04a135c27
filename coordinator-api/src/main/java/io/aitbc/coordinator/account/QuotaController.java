package io.aitbc.coordinator.account;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.KnownFieldsOnly;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import java.math.BigDecimal;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Quotas over HTTP. */
@RestController
@RequestMapping("/api/tenants/{tenantId}/quotas")
@Allowed(Role.OPERATOR)
class QuotaController {

    /**
     * How much a tenant may use.
     *
     * @param limit in the resource's unit
     */
    @KnownFieldsOnly
    record Asked(
            @NotNull @DecimalMin("0") @Digits(integer = 12, fraction = 8)
            BigDecimal limit,

            @NotNull QuotaPeriod period,
            @NotNull QuotaMode mode) {}

    private final QuotaBook quotas;

    QuotaController(QuotaBook quotas) {
        this.quotas = quotas;
    }

    @PutMapping("/{resourceType}")
    @Operation(
            summary = "Limit what a tenant may use of a resource in a period",
            description =
                    "hard refuses jobs that might go beyond it, soft warns at 80 % and at 100 %. Days and months are"
                            + " those of the tenant's time zone.")
    ResponseEntity<QuotaView> put(
            Caller caller,
            @PathVariable String tenantId,
            @PathVariable String resourceType,
            @Valid @RequestBody Asked asked) {
        QuotaBook.Kept kept = quotas.put(caller, tenantId, resourceType, asked.limit(), asked.period(), asked.mode());
        return ResponseEntity.status(kept.isNew() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(kept.quota());
    }

    @GetMapping
    @Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE, Role.TENANT})
    @Operation(summary = "List a tenant's quotas: how much is used, reserved and left")
    Page<QuotaView> list(Caller caller, @PathVariable String tenantId) {
        return new Page<>(quotas.list(caller, tenantId), null);
    }

    @DeleteMapping("/{resourceType}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Remove a quota: the tenant may use any amount")
    void delete(Caller caller, @PathVariable String tenantId, @PathVariable String resourceType) {
        quotas.delete(caller, tenantId, resourceType);
    }
}

package io.aitbc.coordinator.tenant;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Tenants over HTTP. */
@RestController
@RequestMapping("/api/tenants")
@Allowed(Role.OPERATOR)
class TenantController {

    private final TenantAccounts accounts;

    TenantController(TenantAccounts accounts) {
        this.accounts = accounts;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Make a tenant", description = "409 when the id is taken.")
    TenantView create(Caller caller, @Valid @RequestBody NewTenant tenant) {
        return accounts.create(caller, tenant);
    }

    @GetMapping
    @Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE})
    @Operation(summary = "List tenants by id")
    ResponseEntity<Page<TenantView>> list(
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit,
            HttpServletRequest request) {
        Page<TenantView> page = accounts.list(cursor, limit);
        return Links.page(request, page);
    }

    @GetMapping("/{tenantId}")
    @Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE})
    @Operation(summary = "Read a tenant")
    TenantView get(@PathVariable String tenantId) {
        return accounts.get(tenantId);
    }

    @PatchMapping("/{tenantId}")
    @Operation(
            summary = "Change a tenant",
            description =
                    "Fields that are left out, or null, stay as they are; only a credit_limit of null takes the limit away.")
    TenantView change(Caller caller, @PathVariable String tenantId, @Valid @RequestBody TenantChange change) {
        return accounts.change(caller, tenantId, change);
    }

    @DeleteMapping("/{tenantId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Close a tenant", description = "Its keys are refused from then on; its ledger stays.")
    void close(Caller caller, @PathVariable String tenantId) {
        accounts.change(caller, tenantId, TenantChange.close());
    }
}

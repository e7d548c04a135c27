package io.aitbc.coordinator.tenant;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The keys of tenants over HTTP. */
@RestController
@RequestMapping("/api/tenants/{tenantId}/keys")
@Allowed(Role.OPERATOR)
class TenantKeyController {

    /** What a new key is for, in the operator's words. */
    record NewKey(@Nullable @Size(max = 100) String name) {}

    private final TenantKeyRing keys;

    TenantKeyController(TenantKeyRing keys) {
        this.keys = keys;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(summary = "Issue a key", description = "The secret is in this answer and nowhere else.")
    TenantKeyRing.Issued issue(
            Caller caller,
            @PathVariable String tenantId,
            @Valid @RequestBody(required = false) @Nullable NewKey asked) {
        return keys.issue(caller, tenantId, asked == null ? null : asked.name());
    }

    @GetMapping
    @Operation(summary = "List a tenant's keys, revoked ones too; never their secrets")
    Page<TenantKeys.Key> list(@PathVariable String tenantId) {
        return new Page<>(keys.list(tenantId), null);
    }

    @DeleteMapping("/{keyId}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Operation(summary = "Revoke a key")
    void revoke(Caller caller, @PathVariable String tenantId, @PathVariable UUID keyId) {
        keys.revoke(caller, tenantId, keyId);
    }
}

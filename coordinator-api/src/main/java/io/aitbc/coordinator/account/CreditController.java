package io.aitbc.coordinator.account;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.KnownFieldsOnly;
import io.aitbc.service.web.Links;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Prepaid credit over HTTP. */
@RestController
@RequestMapping("/api/tenants/{tenantId}/credits")
@Allowed(Role.OPERATOR)
class CreditController {

    /**
     * What an operator enters.
     *
     * @param amount in the tenant's currency, not finer than its minor unit; an adjustment may be negative
     * @param kind {@code top_up} or {@code adjustment}
     */
    @KnownFieldsOnly
    record Asked(
            @NotNull @Digits(integer = 12, fraction = 8) BigDecimal amount,
            @NotNull CreditKind kind,
            @NotBlank @Size(max = 500) String reason) {}

    private static final int LONGEST_KEY = 100;

    private final CreditLedger ledger;
    private final CreditStatements statements;

    CreditController(CreditLedger ledger, CreditStatements statements) {
        this.ledger = ledger;
        this.statements = statements;
    }

    @PostMapping
    @Operation(
            summary = "Top a tenant's prepaid credit up, or adjust it",
            description = "Needs an Idempotency-Key: 201 with a new entry, 200 with the same entry when the same comes"
                    + " again, 409 when the key was used for something else or the balance would become negative.")
    ResponseEntity<CreditEntry.View> enter(
            Caller caller,
            @PathVariable String tenantId,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
            @Valid @RequestBody Asked asked) {
        if (asked.kind() != CreditKind.TOP_UP && asked.kind() != CreditKind.ADJUSTMENT) {
            throw Problem.unprocessable(
                    "invalid-kind", "kind must be top_up or adjustment; the others are what invoices do.");
        }
        CreditLedger.Entered entered =
                ledger.enter(caller, tenantId, asked.kind(), asked.amount(), asked.reason(), checked(idempotencyKey));
        return ResponseEntity.status(entered.isNew() ? HttpStatus.CREATED : HttpStatus.OK)
                .body(entered.entry().view());
    }

    @GetMapping
    @Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE, Role.TENANT})
    @Operation(summary = "A tenant's prepaid credit: its balance and entries, the newest first")
    ResponseEntity<CreditStatements.Statement> list(
            Caller caller,
            HttpServletRequest request,
            @PathVariable String tenantId,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "100") @Min(1) @Max(1000) int limit) {
        CreditStatements.Statement statement = statements.read(caller, tenantId, cursor, limit);
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok();
        if (statement.next() != null) {
            answer.header(HttpHeaders.LINK, Links.next(request, statement.next()));
        }
        return answer.body(statement);
    }

    private static String checked(@Nullable String key) {
        if (key == null || key.isBlank() || key.length() > LONGEST_KEY) {
            throw Problem.unprocessable(
                    "idempotency-key-needed",
                    "Send an Idempotency-Key header of 1 to " + LONGEST_KEY
                            + " characters, so that a repetition is known as one.");
        }
        return key;
    }
}

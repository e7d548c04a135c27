package io.aitbc.coordinator.invoice;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.KnownFieldsOnly;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What operators do with invoices over HTTP. */
@RestController
@RequestMapping("/api/billing/invoices/{invoiceId}")
@Allowed(Role.OPERATOR)
class InvoiceActionController {

    /**
     * How to finalize.
     *
     * @param overrideReason why, although the period is not over or usage of it is still on its way
     */
    @KnownFieldsOnly
    record Finalizing(@Nullable @Size(min = 1, max = 1000) String overrideReason) {}

    /**
     * A payment, in the words of whoever received it.
     *
     * @param amount when given it must be what is open on the invoice: parts of it are not kept
     */
    @KnownFieldsOnly
    record Payment(
            @Nullable @Size(min = 1, max = 200) String reference,

            @Nullable @DecimalMin(value = "0") @Digits(integer = 16, fraction = 8)
            BigDecimal amount) {}

    /** Why an invoice is withdrawn. */
    @KnownFieldsOnly
    record Withdrawal(@NotBlank @Size(max = 1000) String reason) {}

    /**
     * A correction.
     *
     * @param reason stands on the credit note; needed with an amount, else "Usage was corrected." when left out
     * @param amount before taxes; null for what corrected usage gives
     */
    @KnownFieldsOnly
    record Credit(
            @Nullable @Size(max = 1000) @Pattern(regexp = "(?s).*\\S.*", message = "must not be blank")
            String reason,

            @Nullable @DecimalMin(value = "0", inclusive = false) @Digits(integer = 16, fraction = 8)
            BigDecimal amount) {}

    private final Closing closing;
    private final Aftermath aftermath;
    private final InvoiceStandings standings;

    InvoiceActionController(Closing closing, Aftermath aftermath, InvoiceStandings standings) {
        this.closing = closing;
        this.aftermath = aftermath;
        this.standings = standings;
    }

    @PostMapping("/finalize")
    @Operation(
            summary = "Make a draft what is owed",
            description =
                    "Built a last time, numbered without gaps and hashed; it never changes again. 409 while its period is"
                            + " not over, or a pool has not sent all its usage, unless override_reason says why that does not matter.")
    InvoiceStanding finalizeDraft(
            Caller caller,
            @PathVariable UUID invoiceId,
            @Valid @RequestBody(required = false) @Nullable Finalizing asked) {
        return standings.of(closing.finalizeDraft(caller, invoiceId, asked == null ? null : asked.overrideReason()));
    }

    @PostMapping("/pay")
    @Operation(
            summary = "Mark an invoice as paid",
            description =
                    "The same reference again changes nothing. 409 when an amount is named that is not what is open on it.")
    InvoiceStanding pay(
            Caller caller,
            @PathVariable UUID invoiceId,
            @Valid @RequestBody(required = false) @Nullable Payment asked) {
        return standings.of(aftermath.pay(
                caller, invoiceId, asked == null ? null : asked.reference(), asked == null ? null : asked.amount()));
    }

    @PostMapping("/void")
    @Operation(
            summary = "Withdraw an invoice that is not paid, or discard a draft",
            description = "Its number stays taken; its period can be invoiced anew. 409 once it was corrected.")
    InvoiceStanding withdraw(Caller caller, @PathVariable UUID invoiceId, @Valid @RequestBody Withdrawal asked) {
        return standings.of(aftermath.withdraw(caller, invoiceId, asked.reason()));
    }

    @PostMapping("/credit-notes")
    @Operation(
            summary = "Correct a finalized invoice by a credit note",
            description =
                    "Without an amount for what corrected usage gives; then {} will do, or no body. What goes beyond the unpaid rest of the invoice"
                            + " goes to the tenant's prepaid balance. An amount needs a reason and an Idempotency-Key.")
    ResponseEntity<InvoiceStanding> credit(
            Caller caller,
            @PathVariable UUID invoiceId,
            @RequestHeader(name = "Idempotency-Key", required = false)
                    @Nullable
                    @Pattern(regexp = "[\\x21-\\x7E]{1,100}", message = "must be 1 to 100 visible ASCII characters")
                    String key,
            @Valid @RequestBody(required = false) @Nullable Credit asked) {
        Credit meant = asked == null ? new Credit(null, null) : asked;
        Aftermath.Credited credited = aftermath.credit(caller, invoiceId, meant.reason(), meant.amount(), key);
        InvoiceView note = credited.note();
        return ResponseEntity.status(credited.isNew() ? HttpStatus.CREATED : HttpStatus.OK)
                .location(URI.create("/api/billing/invoices/" + note.invoiceId()))
                .body(standings.of(note));
    }
}

package io.aitbc.coordinator.payout;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.KnownFieldsOnly;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Payouts over HTTP. */
@RestController
@RequestMapping("/api/payouts")
class PayoutController {

    private static final String MINER = "\\*|[A-Za-z0-9][A-Za-z0-9._:-]{0,63}";

    /**
     * A miner's part from a time on.
     *
     * @param sharePct of what tenants are charged for its work
     * @param validFrom now when left out
     */
    @KnownFieldsOnly
    record NewTerm(
            @NotNull @DecimalMin("0") @DecimalMax("100") @Digits(integer = 3, fraction = 6)
            BigDecimal sharePct,

            @Nullable Instant validFrom) {}

    private final PayoutDesk desk;

    PayoutController(PayoutDesk desk) {
        this.desk = desk;
    }

    @GetMapping
    @Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE})
    @Operation(
            summary = "What a miner earned in a month",
            description =
                    "charged = payout + margin + credits, to the cent. A credit for a breach of the SLA is recovered from"
                            + " the miner that caused it.")
    PayoutStatement statement(
            @RequestParam("miner_id") @Size(min = 1, max = 64) String minerId,
            @RequestParam @Pattern(regexp = "\\d{4}-(0[1-9]|1[0-2])", message = "must be a month such as 2026-10")
                    String period) {
        return desk.statement(minerId, period);
    }

    @GetMapping("/terms")
    @Allowed({Role.OPERATOR, Role.VIEWER, Role.SERVICE})
    @Operation(summary = "List which part of the charges miners get; * is everybody without terms of its own")
    Page<PayoutTerms.Term> terms() {
        return new Page<>(desk.terms(), null);
    }

    @PutMapping("/terms/{minerId}")
    @Allowed(Role.OPERATOR)
    @Operation(summary = "Set a miner's part from now or a later time on", description = "* sets everybody's.")
    PayoutTerms.Term set(
            Caller caller,
            @PathVariable @Pattern(regexp = MINER, message = "must be a miner's id, or *") String minerId,
            @Valid @RequestBody NewTerm asked) {
        return desk.set(caller, minerId, asked.sharePct(), asked.validFrom());
    }
}

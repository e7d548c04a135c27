package io.aitbc.poolhub.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Allowed(Role.MINER)
class TelemetryController {

    private static final Duration OLDEST = Duration.ofHours(24);

    /** What is known of GPUs, perhaps of some time ago: a miner may have kept it while the hub was away. */
    record Message(@Nullable Instant sentAt, @Nullable JsonNode gpus) {}

    record Taken(int samples, int xids) {}

    private final TelemetryLedger ledger;
    private final TransactionTemplate transactions;
    private final Clock clock;

    TelemetryController(TelemetryLedger ledger, TransactionTemplate transactions, Clock clock) {
        this.ledger = ledger;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Operation(summary = "Samples of this miner's GPUs, up to 24 hours old; all of them or none")
    @PostMapping("/v1/miners/telemetry")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Taken take(Caller caller, @RequestBody Message message) {
        Instant now = clock.instant();
        TelemetryReader reader = new TelemetryReader(Objects.requireNonNull(caller.subject()), now, now.minus(OLDEST));
        reader.sentAt(message.sentAt());
        reader.gpus(message.gpus());
        if (!reader.faults().isEmpty()) {
            throw Problem.unprocessable("invalid-request", String.join("; ", reader.faults()) + ".");
        }
        Telemetry telemetry = reader.telemetry();
        transactions.executeWithoutResult(status -> ledger.write(List.of(telemetry)));
        return new Taken(telemetry.samples().size(), telemetry.xids().size());
    }
}

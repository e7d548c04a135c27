package io.aitbc.coordinator.usage;

import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Page;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Producers say how far they have sent everything. */
@RestController
@RequestMapping("/api/billing/watermarks")
@Allowed({Role.SERVICE, Role.OPERATOR})
class WatermarkController {

    /**
     * A producer's word that everything before a time was sent.
     *
     * @param completeThrough exclusive
     * @param count how many events that were, in the producer's ledger
     * @param sums their quantities by resource type
     */
    record Said(
            @NotNull @Size(min = 1, max = 64) String source,
            @NotNull Instant completeThrough,
            @Nullable @Min(0) Long count,
            @Nullable @Size(max = 1000) Map<@Size(max = 32) String, @NotNull BigDecimal> sums) {}

    private final WatermarkBook watermarks;

    WatermarkController(WatermarkBook watermarks) {
        this.watermarks = watermarks;
    }

    @PostMapping
    @Operation(
            summary = "Say up to when everything was sent",
            description = "An earlier time than before changes nothing; the answer is what holds.")
    Watermarks.Watermark advance(Caller caller, @Valid @RequestBody Said said) {
        return watermarks.advance(caller, said);
    }

    @DeleteMapping
    @Allowed(Role.OPERATOR)
    @Operation(
            summary = "Forget a producer that sends no more",
            description = "Invoices no longer wait for it. When it says something again, they do.")
    ResponseEntity<Void> forget(Caller caller, @RequestParam @Size(min = 1, max = 64) String source) {
        watermarks.forget(caller, source);
        return ResponseEntity.noContent().build();
    }

    @GetMapping
    @Allowed({Role.SERVICE, Role.OPERATOR, Role.VIEWER})
    @Operation(summary = "How far each producer has sent everything")
    Page<Watermarks.Watermark> list() {
        return new Page<>(watermarks.all(), null);
    }
}

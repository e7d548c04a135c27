package io.aitbc.coordinator.account;

import io.aitbc.coordinator.pricing.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One move of a tenant's prepaid credit; never changed.
 *
 * @param money what it adds to the balance; negative for what it takes
 * @param reference what it was applied to or returned by, such as an invoice's id; null for what an operator entered
 * @param returns of what is returned: the reference under which it had been applied
 * @param idempotencyKey by which an operator's request is known; null for what invoices do
 */
record CreditEntry(
        UUID entryId,
        String tenantId,
        CreditKind kind,
        Money money,
        @Nullable String reference,
        @Nullable String returns,
        @Nullable String reason,
        String actor,
        @Nullable String idempotencyKey,
        Instant createdAt) {

    /** An entry as it is shown. */
    record View(
            UUID entryId,
            CreditKind kind,
            BigDecimal amount,
            String currency,
            @Nullable String reference,
            @Nullable String returns,
            @Nullable String reason,
            String actor,
            Instant createdAt) {}

    View view() {
        return new View(
                entryId,
                kind,
                money.amount(),
                money.currency().getCurrencyCode(),
                reference,
                returns,
                reason,
                actor,
                createdAt);
    }
}

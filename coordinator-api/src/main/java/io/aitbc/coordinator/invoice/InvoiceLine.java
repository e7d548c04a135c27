package io.aitbc.coordinator.invoice;

import jakarta.persistence.Embeddable;
import java.math.BigDecimal;

/**
 * One resource at one price.
 *
 * @param amount quantity times unit price, rounded half up once to the currency's minor unit
 * @param eventCount how many events of the ledger add up to the quantity
 */
@Embeddable
record InvoiceLine(
        String tenantId,
        String resourceType,
        String unit,
        BigDecimal quantity,
        BigDecimal unitPrice,
        BigDecimal amount,
        long eventCount) {}

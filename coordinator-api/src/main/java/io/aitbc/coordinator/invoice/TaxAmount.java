package io.aitbc.coordinator.invoice;

import java.math.BigDecimal;

/**
 * One tax on an invoice.
 *
 * @param pct of the net total
 * @param amount rounded half up once
 */
record TaxAmount(String name, BigDecimal pct, BigDecimal amount) {}

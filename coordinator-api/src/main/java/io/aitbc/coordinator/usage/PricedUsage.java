package io.aitbc.coordinator.usage;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant used of one resource at one price.
 *
 * @param unit in which the quantity is counted
 * @param unitPrice null when neither the events nor the price book have one in the tenant's currency
 * @param quantity may be negative, where more was taken back than used
 * @param events how many events add up to it
 */
public record PricedUsage(
        String resourceType, String unit, @Nullable BigDecimal unitPrice, BigDecimal quantity, long events) {}

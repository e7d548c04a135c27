package io.aitbc.coordinator.payout;

import io.aitbc.coordinator.pricing.Money;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a miner earned in a month.
 *
 * @param period the month, such as 2026-10, by the clocks of the tenants that were charged
 * @param totals one per currency
 */
record PayoutStatement(String minerId, String period, List<Total> totals, List<Item> items) {

    /**
     * Sums in one currency: {@code charged} = {@code payout} + {@code margin} + {@code credits}.
     *
     * @param charged to tenants for the miner's work, before credits
     * @param credits given to tenants for the miner's breaches, and recovered from it
     * @param payout what the miner gets, after that; negative where it owes
     * @param margin what stays with the pool
     */
    record Total(String currency, BigDecimal charged, BigDecimal credits, BigDecimal payout, BigDecimal margin) {}

    /** A part of one invoice or credit note. */
    record Item(
            String invoiceNumber,
            String tenantId,
            PayoutEntry.Kind kind,
            @Nullable String resourceType,
            BigDecimal quantity,
            String currency,
            BigDecimal charge,
            BigDecimal payout,
            Instant periodStart,
            Instant periodEnd) {}

    static PayoutStatement of(String minerId, String period, List<Item> items) {
        TreeMap<String, Total> totals = new TreeMap<>();
        for (String currency : new TreeSet<>(items.stream().map(Item::currency).toList())) {
            BigDecimal zero = Money.zero(Currency.getInstance(currency)).amount();
            BigDecimal charged = zero;
            BigDecimal credits = zero;
            BigDecimal payout = zero;
            BigDecimal margin = zero;
            for (Item item : items) {
                if (!item.currency().equals(currency)) {
                    continue;
                }
                payout = payout.add(item.payout());
                switch (item.kind()) {
                    case WORK -> {
                        charged = charged.add(item.charge());
                        margin = margin.add(item.charge().subtract(item.payout()));
                    }
                    case SLA_CREDIT -> credits = credits.subtract(item.charge());
                }
            }
            totals.put(currency, new Total(currency, charged, credits, payout, margin));
        }
        return new PayoutStatement(minerId, period, List.copyOf(totals.values()), items);
    }
}

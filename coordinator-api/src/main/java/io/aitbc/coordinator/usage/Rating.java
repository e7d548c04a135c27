package io.aitbc.coordinator.usage;

import org.springframework.stereotype.Component;

/** At which price a row of the ledger is billed: its own, if those are trusted and it has one, else the price book's. */
@Component
final class Rating {

    /** What {@code usage_ledger l} is joined with. */
    static final String BOOK =
            " LEFT JOIN resource_prices p ON p.resource_type = l.resource_type AND p.currency = l.currency ";

    private final String price;

    Rating(UsageSettings settings) {
        this.price = settings.trustEventPrice() ? "coalesce(l.unit_price, p.unit_price)" : "p.unit_price";
    }

    /** The price as an SQL expression over {@code usage_ledger l} joined with {@link #BOOK}. */
    String price() {
        return price;
    }
}

package io.aitbc.coordinator.invoice;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An invoice to be given out as a file.
 *
 * @param numbers of the other invoices that it names
 */
record InvoiceCopy(InvoiceView invoice, Map<UUID, String> numbers) {

    InvoiceCopy {
        numbers = Map.copyOf(numbers);
    }

    /** The number of another invoice; null without one. */
    @Nullable
    String numberOf(@Nullable UUID other) {
        return other == null ? null : numbers.get(other);
    }

    /** A name for the file, without its ending. */
    String fileName() {
        String number = invoice.number();
        return number == null ? "draft-" + invoice.invoiceId() : number;
    }
}

package io.aitbc.coordinator.invoice;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Tells of invoices what their documents cannot: what the credit notes over them left open. */
@Component
class InvoiceStandings {

    private final Invoices invoices;

    InvoiceStandings(Invoices invoices) {
        this.invoices = invoices;
    }

    InvoiceStanding of(InvoiceView invoice) {
        return of(List.of(invoice)).get(0);
    }

    List<InvoiceStanding> of(List<InvoiceView> shown) {
        Map<UUID, BigDecimal> lowered = invoices
                .lowered(shown.stream().map(InvoiceView::invoiceId).toList())
                .stream()
                .collect(Collectors.toMap(Invoices.Lowered::invoiceId, Invoices.Lowered::amount));
        return shown.stream()
                .map(one -> InvoiceStanding.of(one, lowered.getOrDefault(one.invoiceId(), BigDecimal.ZERO)))
                .toList();
    }
}

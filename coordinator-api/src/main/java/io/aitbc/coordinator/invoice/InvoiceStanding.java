package io.aitbc.coordinator.invoice;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.math.BigDecimal;

/**
 * An invoice, and what became of it since it was finalized, which its document cannot tell.
 *
 * @param amountOpen what is still to be paid on it: what was due, less the credit notes over it; 0 for all but finalized ones
 * @param amountPaid what was paid on it beside the prepaid balance; 0 unless it is paid
 */
record InvoiceStanding(@JsonUnwrapped InvoiceView invoice, BigDecimal amountOpen, BigDecimal amountPaid) {

    /** @param notes what the credit notes over it changed of what is to be paid; 0 or less */
    static InvoiceStanding of(InvoiceView invoice, BigDecimal notes) {
        BigDecimal left = invoice.amountDue().add(notes);
        BigDecimal none = BigDecimal.ZERO.setScale(left.scale());
        boolean isInvoice = invoice.kind() == InvoiceKind.INVOICE;
        return new InvoiceStanding(
                invoice,
                isInvoice && invoice.status() == InvoiceStatus.FINALIZED ? left : none,
                isInvoice && invoice.status() == InvoiceStatus.PAID ? left : none);
    }
}

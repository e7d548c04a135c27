package io.aitbc.coordinator.invoice;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.aitbc.coordinator.account.CreditLedger;
import io.aitbc.coordinator.pricing.Money;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes a draft what is owed, for ever: prepaid credit, number, document and hash. */
@Component
class Sealing {

    private final Invoices invoices;
    private final InvoiceNumbers numbers;
    private final CreditLedger credit;
    private final ObjectMapper json;

    Sealing(Invoices invoices, InvoiceNumbers numbers, CreditLedger credit, ObjectMapper json) {
        this.invoices = invoices;
        this.numbers = numbers;
        this.credit = credit;
        this.json = json;
    }

    /**
     * Finalizes a draft that was saved with its lines, in the caller's transaction. What the prepaid balance covers is taken from it,
     * and what the tenant is owed goes to it; where nothing is left to pay the document is paid at once.
     *
     * @param open what is owed on the invoice that a credit note corrects, which it lowers first; 0 for an invoice
     */
    Invoice seal(Invoice draft, Money open, @Nullable String why, Instant now) {
        Money total = draft.total();
        String reference = draft.invoiceId().toString();
        Money fromBalance;
        if (total.amount().signum() > 0) {
            fromBalance = credit.apply(draft.tenantId(), total, reference);
        } else {
            BigDecimal owed = total.amount().negate().subtract(open.amount()).max(BigDecimal.ZERO);
            Money toBalance = new Money(owed, total.currency());
            if (owed.signum() > 0) {
                credit.grant(draft.tenantId(), toBalance, reference);
            }
            fromBalance = toBalance.negated();
        }
        // The number last: others wait for it until this transaction ends.
        draft.finish(numbers.next(draft.kind(), now), fromBalance, why, now);
        draft.seal(InvoiceDocument.of(draft.view(), json));
        Invoice sealed = invoices.saveAndFlush(draft);
        if (sealed.amountDue().amount().signum() == 0) {
            sealed.pay(null, now);
            sealed = invoices.saveAndFlush(sealed);
        }
        return sealed;
    }

    /** Gives back what an invoice that is withdrawn took from the balance; one that gave to it is paid, and stays. */
    void undo(Invoice invoice) {
        Money applied = invoice.creditApplied();
        String reference = invoice.invoiceId().toString();
        if (applied.amount().signum() > 0) {
            credit.giveBack(invoice.tenantId(), reference, applied, reference);
        }
    }
}

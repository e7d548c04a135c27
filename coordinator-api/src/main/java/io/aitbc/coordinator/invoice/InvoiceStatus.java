package io.aitbc.coordinator.invoice;

import io.aitbc.service.web.Problem;
import java.util.Locale;
import java.util.Set;

/** Where an invoice stands, and where it can go from there. */
enum InvoiceStatus {
    /** May be built again from the ledger. */
    DRAFT,
    /** Numbered, hashed and owed; never changes but for what follows. */
    FINALIZED,
    /** Nothing is owed any more. */
    PAID,
    /** Withdrawn: its period can be invoiced anew. */
    VOID;

    /** The states that can follow. */
    Set<InvoiceStatus> next() {
        return switch (this) {
            case DRAFT -> Set.of(FINALIZED, VOID);
            case FINALIZED -> Set.of(PAID, VOID);
            case PAID, VOID -> Set.of();
        };
    }

    /**
     * Refuses what cannot be done with an invoice that is so.
     *
     * @throws Problem 409 unless it is possible
     */
    void require(boolean isPossible, String what) {
        if (!isPossible) {
            String state = name().toLowerCase(Locale.ROOT);
            throw Problem.conflict(
                    "invoice-is-" + state,
                    "The invoice is " + state + " and cannot be " + what.toLowerCase(Locale.ROOT)
                            + "; a finalized invoice is corrected by a credit note.");
        }
    }
}

package io.aitbc.coordinator.invoice;

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
}

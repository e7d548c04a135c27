package io.aitbc.coordinator.invoice;

/** Where an invoice stands. */
enum InvoiceStatus {
    /** May be built again from the ledger. */
    DRAFT
}

package io.aitbc.coordinator.invoice;

/** What a document is. */
enum InvoiceKind {
    /** What a tenant owes for a period. */
    INVOICE("INV"),
    /** What is taken off an earlier invoice. */
    CREDIT_NOTE("CN");

    private final String series;

    InvoiceKind(String series) {
        this.series = series;
    }

    /** The numbers' series: each has its own count. */
    String series() {
        return series;
    }
}

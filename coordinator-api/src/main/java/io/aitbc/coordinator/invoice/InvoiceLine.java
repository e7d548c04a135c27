package io.aitbc.coordinator.invoice;

import jakarta.persistence.Embeddable;
import jakarta.persistence.Embedded;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * One reason to pay, or to be paid.
 *
 * @param resourceType null where the line is about no resource
 * @param gpuModel the model that has a price of its own; null for all that have none
 * @param outcome of work that failed
 * @param description for people
 * @param unitPrice of a unit or package
 * @param amount rounded half up once to the currency's minor unit
 * @param tax this line's part of all taxes
 * @param eventCount how many events of the ledger it was computed from; tiers of one price share theirs
 * @param priceFrom since when the price holds; null for one that events brought
 * @param prior what it adds to an earlier period; null on lines of the invoice's own
 * @param afterSeq rows of the ledger beyond this seq, up to {@code throughSeq}, are meant
 * @param evidence of an SLA credit
 */
@Embeddable
record InvoiceLine(
        String tenantId,

        @Enumerated(EnumType.STRING) @JdbcTypeCode(SqlTypes.VARCHAR)
        LineKind kind,

        @Nullable String resourceType,
        @Nullable String unit,
        @Nullable String gpuModel,
        @Nullable String outcome,
        String description,
        BigDecimal quantity,
        BigDecimal unitPrice,
        BigDecimal amount,
        BigDecimal tax,
        long eventCount,
        @Nullable Instant priceFrom,
        @Embedded @Nullable Prior prior,
        long afterSeq,
        long throughSeq,
        @Embedded @Nullable Evidence evidence) {

    private static final int QUANTITY_SCALE = 8;

    InvoiceLine {
        quantity = rounded(quantity);
    }

    /** A quantity as lines have it: drafts and what is finalized alike. */
    static BigDecimal rounded(BigDecimal quantity) {
        return quantity.setScale(QUANTITY_SCALE, RoundingMode.HALF_UP);
    }

    /** An earlier period that was invoiced already. */
    @Embeddable
    record Prior(UUID priorInvoice, Instant priorStart, Instant priorEnd) {}

    /** A closed episode of an SLA violation. */
    @Embeddable
    record Evidence(String episodeSource, UUID episodeId, String minerId) {}

    InvoiceLine withTax(BigDecimal share) {
        return new InvoiceLine(
                tenantId,
                kind,
                resourceType,
                unit,
                gpuModel,
                outcome,
                description,
                quantity,
                unitPrice,
                amount,
                share,
                eventCount,
                priceFrom,
                prior,
                afterSeq,
                throughSeq,
                evidence);
    }
}

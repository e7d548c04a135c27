package io.aitbc.coordinator.invoice;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** All invoices. */
interface Invoices extends Repository<Invoice, UUID> {

    Invoice saveAndFlush(Invoice invoice);

    /** Until the transaction ends, nobody else builds an invoice of the tenant. */
    @Query(
            nativeQuery = true,
            value = "SELECT CAST(pg_advisory_xact_lock(hashtextextended('invoice of ' || :tenantId, 0)) AS text)")
    String lockTenant(String tenantId);

    /** The tenant's invoices that hold, or are drafts, and cover any part of the time. */
    @Query("""
            SELECT i FROM Invoice i
            WHERE i.tenantId = :tenantId AND i.periodStart < :end AND i.periodEnd > :start
              AND i.kind = InvoiceKind.INVOICE AND i.status <> InvoiceStatus.VOID
            ORDER BY i.periodStart
            """)
    List<Invoice> overlapping(String tenantId, Instant start, Instant end);

    @Query("SELECT i FROM Invoice i WHERE i.invoiceId = :id AND (:tenantId IS NULL OR i.tenantId = :tenantId)")
    Optional<Invoice> find(UUID id, @Nullable String tenantId);

    @Query("SELECT i.tenantId FROM Invoice i WHERE i.invoiceId = :id")
    Optional<String> tenantOf(UUID id);

    /** Credit notes that lower what is owed on an invoice. */
    @Query("SELECT i FROM Invoice i WHERE i.corrects = :id AND i.status = InvoiceStatus.FINALIZED ORDER BY i.number")
    List<Invoice> openNotes(UUID id);

    /** What the credit notes over an invoice changed of what is to be paid on it. */
    record Lowered(UUID invoiceId, BigDecimal amount) {}

    /** Of each of these invoices that has credit notes. */
    @Query("""
            SELECT new io.aitbc.coordinator.invoice.Invoices$Lowered(i.corrects, sum(i.amountDue)) FROM Invoice i
            WHERE i.corrects IN :ids AND i.status IN (InvoiceStatus.FINALIZED, InvoiceStatus.PAID) GROUP BY i.corrects
            """)
    List<Lowered> lowered(Collection<UUID> ids);

    /** The credit that was granted over an invoice under an Idempotency-Key. */
    @Query("SELECT i FROM Invoice i WHERE i.corrects = :id AND i.requestKey = :key")
    Optional<Invoice> granted(UUID id, String key);

    @Query("""
            SELECT i FROM Invoice i
            WHERE i.invoiceId > :after AND (:tenantId IS NULL OR i.tenantId = :tenantId)
              AND (:kind IS NULL OR i.kind = :kind) AND (:status IS NULL OR i.status = :status)
            ORDER BY i.invoiceId
            """)
    List<Invoice> after(
            UUID after,
            @Nullable String tenantId,
            @Nullable InvoiceKind kind,
            @Nullable InvoiceStatus status,
            Limit limit);
}

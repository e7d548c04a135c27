package io.aitbc.coordinator.invoice;

import java.time.Instant;
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

    @Query("""
            SELECT i FROM Invoice i
            WHERE i.tenantId = :tenantId AND i.periodStart < :end AND i.periodEnd > :start ORDER BY i.periodStart
            """)
    List<Invoice> overlapping(String tenantId, Instant start, Instant end);

    @Query("SELECT i FROM Invoice i WHERE i.invoiceId = :id AND (:tenantId IS NULL OR i.tenantId = :tenantId)")
    Optional<Invoice> find(UUID id, @Nullable String tenantId);

    @Query("""
            SELECT i FROM Invoice i
            WHERE i.invoiceId > :after AND (:tenantId IS NULL OR i.tenantId = :tenantId) ORDER BY i.invoiceId
            """)
    List<Invoice> after(UUID after, @Nullable String tenantId, Limit limit);
}

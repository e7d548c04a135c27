package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.pricing.Money;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.BatchSize;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.ListIndexBase;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** An invoice with its lines; its total is always the sum of their rounded amounts. */
@Entity
@Table(name = "invoices")
class Invoice {

    @Id
    private UUID invoiceId;

    private String tenantId;

    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private InvoiceStatus status;

    private String currency;
    private Instant periodStart;
    private Instant periodEnd;
    private BigDecimal total;
    private @Nullable Instant completeThrough;
    private Instant createdAt;
    private Instant rebuiltAt;

    @ElementCollection(fetch = FetchType.LAZY)
    @CollectionTable(name = "invoice_lines", joinColumns = @JoinColumn(name = "invoice_id"))
    @OrderColumn(name = "line")
    @ListIndexBase(1)
    @BatchSize(size = 100)
    private List<InvoiceLine> lines = new ArrayList<>();

    @Version
    private @Nullable Long version;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected Invoice() {}

    Invoice(UUID invoiceId, String tenantId, BillingPeriod period, Currency currency, Instant now) {
        this.invoiceId = invoiceId;
        this.tenantId = tenantId;
        this.status = InvoiceStatus.DRAFT;
        this.currency = currency.getCurrencyCode();
        this.periodStart = period.start();
        this.periodEnd = period.end();
        this.total = BigDecimal.ZERO;
        this.createdAt = now;
        this.rebuiltAt = now;
    }

    /** Replaces everything that comes from the ledger. */
    void rebuild(List<InvoiceLine> fresh, @Nullable Instant complete, Instant now) {
        lines.clear();
        lines.addAll(fresh);
        total = Money.sum(fresh.stream().map(line -> money(line.amount())).toList(), money())
                .amount();
        completeThrough = complete;
        rebuiltAt = now;
    }

    UUID invoiceId() {
        return invoiceId;
    }

    BillingPeriod period() {
        return new BillingPeriod(periodStart, periodEnd);
    }

    boolean isDraft() {
        return status == InvoiceStatus.DRAFT;
    }

    InvoiceView view() {
        List<InvoiceView.Line> shown = new ArrayList<>(lines.size());
        for (InvoiceLine line : lines) {
            shown.add(new InvoiceView.Line(
                    shown.size() + 1,
                    line.resourceType(),
                    line.unit(),
                    InvoiceView.tidy(line.quantity()),
                    InvoiceView.tidy(line.unitPrice()),
                    money(line.amount()).amount(),
                    line.eventCount()));
        }
        return new InvoiceView(
                invoiceId,
                tenantId,
                status,
                currency,
                periodStart,
                periodEnd,
                shown,
                money(total).amount(),
                completeThrough,
                createdAt,
                rebuiltAt);
    }

    private Money money(BigDecimal amount) {
        return new Money(amount, money());
    }

    private Currency money() {
        return Currency.getInstance(currency);
    }
}

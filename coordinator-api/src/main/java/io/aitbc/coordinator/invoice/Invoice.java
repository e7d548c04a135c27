package io.aitbc.coordinator.invoice;

import io.aitbc.coordinator.pricing.Decimals;
import io.aitbc.coordinator.pricing.Money;
import io.aitbc.coordinator.tenant.BillTo;
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

/** An invoice or credit note with its lines; its total is always the sum of their rounded amounts and taxes. */
@Entity
@Table(name = "invoices")
class Invoice {

    @Id
    private UUID invoiceId;

    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private InvoiceKind kind;

    private String tenantId;

    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private InvoiceStatus status;

    private @Nullable String number;
    private @Nullable UUID corrects;
    private String currency;
    private Payer payer;
    private Instant periodStart;
    private Instant periodEnd;
    private BigDecimal net;

    @JdbcTypeCode(SqlTypes.JSON)
    private List<TaxAmount> taxes;

    private BigDecimal total;
    private BigDecimal creditApplied;
    private BigDecimal amountDue;
    private long ledgerPosition;
    private @Nullable Instant completeThrough;
    private @Nullable String reason;
    private @Nullable String requestKey;
    private Instant createdAt;
    private Instant rebuiltAt;
    private @Nullable Instant finalizedAt;
    private @Nullable Instant paidAt;
    private @Nullable String paymentReference;
    private @Nullable Instant voidedAt;
    private @Nullable String voidReason;
    private @Nullable String document;
    private @Nullable String sha256;

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

    Invoice(
            UUID invoiceId,
            InvoiceKind kind,
            @Nullable UUID corrects,
            BillTo account,
            BillingPeriod period,
            Instant now) {
        this.invoiceId = invoiceId;
        this.kind = kind;
        this.corrects = corrects;
        this.tenantId = account.tenantId();
        this.status = InvoiceStatus.DRAFT;
        this.currency = account.currency().getCurrencyCode();
        this.payer = Payer.of(account);
        this.periodStart = period.start();
        this.periodEnd = period.end();
        this.net = BigDecimal.ZERO;
        this.taxes = List.of();
        this.total = BigDecimal.ZERO;
        this.creditApplied = BigDecimal.ZERO;
        this.amountDue = BigDecimal.ZERO;
        this.createdAt = now;
        this.rebuiltAt = now;
    }

    /** Replaces everything that comes from elsewhere: who pays, and what. */
    void rebuild(BillTo account, Taxed taxed, long position, @Nullable Instant complete, Instant now) {
        status.require(status == InvoiceStatus.DRAFT, "rebuilt");
        payer = Payer.of(account);
        lines.clear();
        lines.addAll(taxed.lines());
        net = taxed.net().amount();
        taxes = taxed.taxes();
        total = taxed.total().amount();
        amountDue = total;
        ledgerPosition = position;
        completeThrough = complete;
        rebuiltAt = now;
    }

    /** Makes it what is owed, for ever. */
    void finish(String ownNumber, Money fromBalance, @Nullable String why, Instant now) {
        become(InvoiceStatus.FINALIZED);
        number = ownNumber;
        creditApplied = fromBalance.amount();
        amountDue = total.subtract(creditApplied);
        reason = why;
        finalizedAt = now;
    }

    void requestedBy(@Nullable String key) {
        requestKey = key;
    }

    void seal(InvoiceDocument words) {
        document = words.text();
        sha256 = words.sha256();
    }

    void pay(@Nullable String reference, Instant now) {
        become(InvoiceStatus.PAID);
        paymentReference = reference;
        paidAt = now;
    }

    void withdraw(String why, Instant now) {
        become(InvoiceStatus.VOID);
        voidReason = why;
        voidedAt = now;
    }

    private void become(InvoiceStatus next) {
        status.require(status.next().contains(next), next.name());
        status = next;
    }

    UUID invoiceId() {
        return invoiceId;
    }

    InvoiceKind kind() {
        return kind;
    }

    String tenantId() {
        return tenantId;
    }

    InvoiceStatus status() {
        return status;
    }

    @Nullable
    UUID corrects() {
        return corrects;
    }

    String pricePlan() {
        return payer.pricePlan();
    }

    BillingPeriod period() {
        return new BillingPeriod(periodStart, periodEnd);
    }

    long ledgerPosition() {
        return ledgerPosition;
    }

    List<InvoiceLine> lines() {
        return List.copyOf(lines);
    }

    List<TaxAmount> taxes() {
        return taxes;
    }

    @Nullable
    String paymentReference() {
        return paymentReference;
    }

    @Nullable
    String document() {
        return document;
    }

    Money net() {
        return money(net);
    }

    Money total() {
        return money(total);
    }

    Money creditApplied() {
        return money(creditApplied);
    }

    Money amountDue() {
        return money(amountDue);
    }

    InvoiceView view() {
        return view(reason);
    }

    /** Without why it was finalized early, which is for operators only. */
    InvoiceView customersView() {
        return view(kind == InvoiceKind.CREDIT_NOTE ? reason : null);
    }

    private InvoiceView view(@Nullable String shownReason) {
        List<InvoiceView.Line> shown = new ArrayList<>(lines.size());
        for (InvoiceLine line : lines) {
            shown.add(new InvoiceView.Line(
                    shown.size() + 1,
                    line.kind(),
                    line.resourceType(),
                    line.gpuModel(),
                    line.outcome(),
                    line.description(),
                    line.unit(),
                    Decimals.tidy(line.quantity()),
                    Decimals.tidy(line.unitPrice()),
                    money(line.amount()).amount(),
                    money(line.tax()).amount(),
                    line.eventCount(),
                    line.priceFrom(),
                    line.prior(),
                    line.evidence()));
        }
        return new InvoiceView(
                invoiceId,
                kind,
                number,
                tenantId,
                payer.billToName(),
                payer.billToEmail(),
                status,
                corrects,
                currency,
                payer.pricePlan(),
                periodStart,
                periodEnd,
                payer.timezone(),
                shown,
                net().amount(),
                taxes,
                total().amount(),
                creditApplied().amount(),
                amountDue().amount(),
                ledgerPosition,
                completeThrough,
                shownReason,
                createdAt,
                rebuiltAt,
                finalizedAt,
                paidAt,
                paymentReference,
                voidedAt,
                voidReason,
                sha256);
    }

    private Money money(BigDecimal amount) {
        return new Money(amount, Currency.getInstance(currency));
    }
}

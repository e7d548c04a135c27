package io.aitbc.coordinator.tenant;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** One tenant. */
@Entity
@Table(name = "tenants")
class Tenant {

    @Id
    private String tenantId;

    private String name;

    @Enumerated(EnumType.STRING)
    @JdbcTypeCode(SqlTypes.VARCHAR)
    private TenantStatus status;

    @Column(columnDefinition = "char(3)")
    private String currency;

    private String timezone;
    private @Nullable String billingEmail;
    private @Nullable String pricePlan;
    private @Nullable BigDecimal creditLimit;

    @JdbcTypeCode(SqlTypes.JSON)
    private List<TaxRate> taxRates;

    private Instant createdAt;
    private Instant updatedAt;
    private @Nullable Instant closedAt;

    @Version
    private @Nullable Long version;

    /** For JPA. */
    @SuppressWarnings("NullAway.Init")
    protected Tenant() {}

    Tenant(NewTenant asked, Instant now) {
        this.tenantId = asked.tenantId();
        this.name = Objects.requireNonNullElse(asked.name(), asked.tenantId());
        this.status = TenantStatus.ACTIVE;
        this.currency = Objects.requireNonNullElse(asked.currency(), "USD");
        this.timezone = Objects.requireNonNullElse(asked.timezone(), "UTC");
        this.billingEmail = asked.billingEmail();
        this.pricePlan = asked.pricePlan();
        this.creditLimit = asked.creditLimit();
        this.taxRates = Objects.requireNonNullElse(asked.taxRates(), List.of());
        this.createdAt = now;
        this.updatedAt = now;
    }

    /** Takes over what the change names; what it leaves out stays. */
    void apply(TenantChange change, Instant now) {
        name = Objects.requireNonNullElse(change.name(), name);
        timezone = Objects.requireNonNullElse(change.timezone(), timezone);
        billingEmail = change.billingEmail() == null ? billingEmail : change.billingEmail();
        pricePlan = change.pricePlan() == null ? pricePlan : change.pricePlan();
        creditLimit = change.isOfCreditLimit() ? change.newCreditLimit() : creditLimit;
        taxRates = Objects.requireNonNullElse(change.taxRates(), taxRates);
        if (change.status() != null) {
            become(change.status(), now);
        }
        updatedAt = now;
    }

    private void become(TenantStatus next, Instant now) {
        if (next == TenantStatus.CLOSED && closedAt == null) {
            closedAt = now;
        } else if (next != TenantStatus.CLOSED) {
            closedAt = null;
        }
        status = next;
    }

    String currency() {
        return currency;
    }

    TenantView view() {
        return new TenantView(
                tenantId,
                name,
                status,
                currency,
                timezone,
                billingEmail,
                pricePlan,
                creditLimit,
                taxRates,
                createdAt,
                updatedAt,
                closedAt);
    }
}

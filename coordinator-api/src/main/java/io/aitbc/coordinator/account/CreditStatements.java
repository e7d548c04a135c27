package io.aitbc.coordinator.account;

import io.aitbc.coordinator.tenant.TenantDirectory;
import io.aitbc.coordinator.tenant.TenantReads;
import io.aitbc.coordinator.tenant.TenantTerms;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Cursors;
import io.aitbc.service.web.Page;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Shows prepaid credit. */
@Component
class CreditStatements {

    /**
     * Part of a tenant's entries.
     *
     * @param balance the sum of all entries, not only of these
     * @param items the newest first
     * @param next the cursor of the next part, null at the end
     */
    record Statement(
            BigDecimal balance,
            String currency,
            List<CreditEntry.View> items,
            @Nullable String next) {}

    private final CreditEntries entries;
    private final TenantDirectory tenants;
    private final TenantReads reads;

    CreditStatements(CreditEntries entries, TenantDirectory tenants, TenantReads reads) {
        this.entries = entries;
        this.tenants = tenants;
        this.reads = reads;
    }

    Statement read(Caller caller, String tenantId, @Nullable String cursor, int limit) {
        UUID before = cursor == null ? null : place(cursor);
        // Looked up before the read, which cannot see tenants; whether the caller may know of it is decided there.
        Currency currency =
                tenants.find(tenantId).map(TenantTerms::currency).orElseThrow(() -> TenantReads.unknown(tenantId));
        return reads.read(caller, tenantId, scope -> {
            List<CreditEntry.View> found = entries.page(tenantId, before, limit + 1).stream()
                    .map(CreditEntry::view)
                    .toList();
            Page<CreditEntry.View> page =
                    Page.of(found, limit, last -> Cursors.encode(last.entryId().toString()));
            return new Statement(
                    entries.balance(tenantId, currency).amount(),
                    currency.getCurrencyCode(),
                    page.items(),
                    page.next());
        });
    }

    private static UUID place(String cursor) {
        return Cursors.id(Cursors.decode(cursor, 1).get(0));
    }
}

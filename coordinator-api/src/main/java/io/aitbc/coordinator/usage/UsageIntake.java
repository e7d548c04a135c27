package io.aitbc.coordinator.usage;

import io.aitbc.coordinator.tenant.TenantDirectory;
import io.aitbc.service.security.Caller;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Takes events into the ledger: rules first, then everything of a request in one transaction. */
@Service
class UsageIntake {

    private static final Logger LOG = LoggerFactory.getLogger(UsageIntake.class);
    private static final int ATTEMPTS = 3;

    private final TenantDirectory tenants;
    private final ResourceTypes resources;
    private final LedgerWriter writer;
    private final IntakeRecord record;
    private final TransactionTemplate transaction;
    private final UsageSettings settings;

    UsageIntake(
            TenantDirectory tenants,
            ResourceTypes resources,
            LedgerWriter writer,
            IntakeRecord record,
            PlatformTransactionManager transactions,
            UsageSettings settings) {
        this.tenants = tenants;
        this.resources = resources;
        this.writer = writer;
        this.record = record;
        this.transaction = new TransactionTemplate(transactions);
        this.settings = settings;
    }

    /**
     * Takes a request's events. When this returns they are durable; when it throws nothing of them is stored.
     *
     * @param fallbackId under which an event without an id of its own is known
     */
    IngestReport take(Caller caller, List<EventDraft> drafts, FallbackId fallbackId) {
        IngestReport report = retried(() -> {
            Intake intake = judge(drafts, fallbackId);
            writer.prepare(intake);
            return Objects.requireNonNull(transaction.execute(status -> {
                IngestReport written = writer.write(intake);
                record.taken(caller, written);
                return written;
            }));
        });
        record.done(report);
        return report;
    }

    /** Asks the rules about each event. */
    Intake judge(List<EventDraft> drafts, FallbackId fallbackId) {
        Set<String> named = drafts.stream()
                .map(draft -> draft.tenantId)
                .filter(Objects::nonNull)
                .collect(Collectors.toSet());
        EventRules rules = new EventRules(tenants.find(named), resources.all(), record.now(), settings.maxEventAge());
        return Intake.judge(drafts, rules, fallbackId);
    }

    private static <T> T retried(Supplier<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return work.get();
            } catch (PessimisticLockingFailureException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                LOG.info("Taking usage again after a lock conflict: {}", e.getMessage());
            }
        }
    }
}

package io.aitbc.poolhub.console;

import io.aitbc.poolhub.usage.Reconciliation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/** Compares this hub's ledger with the coordinator's for pages: apart, so that no page waits for the coordinator. */
@Component
class LedgerComparison {

    private static final Duration GOOD = Duration.ofSeconds(30);

    private final Reconciliation reconciliation;
    private final Executor executor;
    private final Clock clock;
    private final Map<Integer, LateAnswer<Reconciliation.Report>> bySpan = new ConcurrentHashMap<>();

    LedgerComparison(Reconciliation reconciliation, @Qualifier("consoleExecutor") Executor executor, Clock clock) {
        this.reconciliation = reconciliation;
        this.executor = executor;
        this.clock = clock;
    }

    /** The last so many hours, of which there are few choices. */
    LateAnswer.Known<Reconciliation.Report> over(int hours) {
        return bySpan.computeIfAbsent(hours, span -> new LateAnswer<>(executor, clock, GOOD))
                .ask(() -> {
                    Instant now = clock.instant();
                    return reconciliation.compare(now.minus(Duration.ofHours(hours)), now);
                });
    }
}

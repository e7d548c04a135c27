package io.aitbc.monitoring.discovery;

import io.aitbc.monitoring.session.Publication;
import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Prometheus asks for its targets: what the database holds is what it will scrape. */
@Component
// Also for any other word, so that the settings of targets can say what is wrong with it.
@ConditionalOnExpression("'${monitoring.targets.way}' != 'config'")
class AskedFor implements Publication {

    private final TransactionTemplate transaction;

    AskedFor(PlatformTransactionManager transactions) {
        this.transaction = new TransactionTemplate(transactions);
    }

    @Override
    public <T> T change(Supplier<T> change) {
        return Objects.requireNonNull(transaction.execute(status -> change.get()));
    }
}

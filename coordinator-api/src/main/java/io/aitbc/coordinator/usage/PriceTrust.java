package io.aitbc.coordinator.usage;

import io.aitbc.service.configuration.SettingRefused;
import jakarta.annotation.PostConstruct;
import java.time.Clock;
import java.time.ZoneOffset;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Holds on to whether events' own prices count. Invoiced periods are computed anew when usage of them comes late: with another choice
 * than they were computed with, all of it would be charged or given back.
 */
@Component
class PriceTrust {

    private static final String NAME = "trust_event_price";

    private final JdbcClient jdbc;
    private final UsageSettings settings;
    private final TransactionTemplate transaction;
    private final Clock clock;

    PriceTrust(JdbcClient jdbc, UsageSettings settings, TransactionTemplate transaction, Clock clock) {
        this.jdbc = jdbc;
        this.settings = settings;
        this.transaction = transaction;
        this.clock = clock;
    }

    /**
     * Keeps the choice, or takes another one as long as nothing is invoiced.
     *
     * @throws SettingRefused when something is
     */
    @PostConstruct
    void keep() {
        String choice = Boolean.toString(settings.trustEventPrice());
        transaction.executeWithoutResult(status -> {
            jdbc.sql("INSERT INTO billing_choices (name, choice, made_at) VALUES (:name, :choice, :now)"
                            + " ON CONFLICT (name) DO NOTHING")
                    .param("name", NAME)
                    .param("choice", choice)
                    .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                    .update();
            String kept = jdbc.sql("SELECT choice FROM billing_choices WHERE name = :name FOR UPDATE")
                    .param("name", NAME)
                    .query(String.class)
                    .single();
            if (kept.equals(choice)) {
                return;
            }
            boolean isInvoiced = jdbc.sql("SELECT EXISTS (SELECT FROM invoices WHERE status IN ('FINALIZED', 'PAID'))")
                    .query(Boolean.class)
                    .single();
            if (isInvoiced) {
                throw new SettingRefused(
                        "BILLING_TRUST_EVENT_PRICE was " + kept + " when invoices were finalized, and is "
                                + choice
                                + " now: what is invoiced would be priced anew as soon as usage of it comes late. Set it back to "
                                + kept + ".");
            }
            jdbc.sql("UPDATE billing_choices SET choice = :choice, made_at = :now WHERE name = :name")
                    .param("choice", choice)
                    .param("now", clock.instant().atOffset(ZoneOffset.UTC))
                    .param("name", NAME)
                    .update();
        });
    }
}

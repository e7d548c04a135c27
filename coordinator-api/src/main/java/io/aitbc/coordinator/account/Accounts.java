package io.aitbc.coordinator.account;

import java.math.BigDecimal;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What admissions and entries of one tenant go by: one after the other, in all replicas. */
@Repository
@Transactional(propagation = Propagation.MANDATORY)
class Accounts {

    private final JdbcClient jdbc;

    Accounts(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Lets only this transaction admit jobs, move credit and change quotas of the tenant, until it ends. What others did before
     * is seen by the statements that follow, so the transaction has to be one of READ COMMITTED. Whoever waits holds a
     * connection, so nobody waits for long.
     */
    public void lock(String tenantId) {
        String isolation = jdbc.sql(
                        "SELECT current_setting('transaction_isolation') FROM set_config('lock_timeout', '5s', true)")
                .query(String.class)
                .single();
        if (!isolation.equals("read committed")) {
            throw new IllegalStateException("an account is changed in READ COMMITTED, was " + isolation);
        }
        jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended('account of ' || :tenant, 0))")
                .param("tenant", tenantId)
                .query((row, n) -> n)
                .single();
        jdbc.sql("SET LOCAL lock_timeout TO DEFAULT").update();
    }

    /** Empty for a tenant that may owe any amount. */
    public Optional<BigDecimal> creditLimit(String tenantId) {
        return jdbc.sql("SELECT credit_limit FROM tenants WHERE tenant_id = :tenant AND credit_limit IS NOT NULL")
                .param("tenant", tenantId)
                .query(BigDecimal.class)
                .optional();
    }
}

package io.aitbc.coordinator.tenant;

import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The one place that keeps a tenant's key to that tenant's rows. It decides the scope of a read and, as a second fence,
 * reads for a tenant as a database role that row-level security confines to {@code app.tenant}.
 */
@Repository
public class TenantReads {

    private final TenantDirectory directory;
    private final JdbcClient jdbc;
    private final TransactionTemplate readOnly;

    TenantReads(TenantDirectory directory, JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.directory = directory;
        this.jdbc = jdbc;
        this.readOnly = new TransactionTemplate(transactions);
        this.readOnly.setReadOnly(true);
        // The parts of one answer are of one moment.
        this.readOnly.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    }

    /**
     * Reads in a read-only transaction what the caller may see.
     *
     * @param asked the tenant that the request names; null means the caller's own, or all for other roles
     * @throws Problem 403 when the caller's tenant is suspended or closed, 404 when the tenant asked for is unknown to
     *     this caller
     */
    public <T> T read(Caller caller, @Nullable String asked, Function<TenantScope, T> reader) {
        TenantScope scope = scope(caller, asked);
        boolean fenced = caller.is(Role.TENANT);
        T result = readOnly.execute(status -> {
            if (fenced) {
                jdbc.sql(
                                "SELECT set_config('app.tenant', :tenant, true), set_config('role', 'coordinator_tenant', true)")
                        .param("tenant", scope.tenantId())
                        .query()
                        .singleRow();
            }
            return reader.apply(scope);
        });
        if (result == null) {
            throw new IllegalStateException("a read answers with something, if only an empty list");
        }
        return result;
    }

    private TenantScope scope(Caller caller, @Nullable String asked) {
        if (caller.is(Role.TENANT)) {
            String own = String.valueOf(caller.subject());
            requireActive(own);
            if (asked != null && !asked.equals(own)) {
                throw unknown(asked);
            }
            return new TenantScope(own);
        }
        if (asked != null && directory.find(asked).isEmpty()) {
            throw unknown(asked);
        }
        return new TenantScope(asked);
    }

    /**
     * Whose thing a caller makes or changes.
     *
     * @param asked the tenant that the request names; null means the caller's own
     * @return null only when a caller that is no tenant has named none
     * @throws Problem 403 when that tenant is suspended or closed, 404 when it is unknown to this caller
     */
    public @Nullable String writable(Caller caller, @Nullable String asked) {
        String tenantId = scope(caller, asked).tenantId();
        if (tenantId != null) {
            requireActive(tenantId);
        }
        return tenantId;
    }

    private void requireActive(String tenantId) {
        TenantStatus status = directory.find(tenantId).map(TenantTerms::status).orElse(TenantStatus.CLOSED);
        if (status != TenantStatus.ACTIVE) {
            throw Problem.forbidden(
                    "tenant-" + status, "This tenant is " + status + "; its keys work again once it is active.");
        }
    }

    /** The refusal of a tenant that does not exist, or that this caller may not know of: both look the same. */
    public static Problem unknown(String tenantId) {
        return Problem.notFound("unknown-tenant", "There is no tenant " + shown(tenantId) + ".");
    }

    private static String shown(String id) {
        return id.length() <= 64 ? id : id.substring(0, 64) + "…";
    }
}

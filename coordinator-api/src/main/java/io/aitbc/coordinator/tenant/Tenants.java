package io.aitbc.coordinator.tenant;

import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** All tenants. */
interface Tenants extends Repository<Tenant, String> {

    Tenant saveAndFlush(Tenant tenant);

    Optional<Tenant> findById(String tenantId);

    boolean existsById(String tenantId);

    @Query("SELECT t FROM Tenant t WHERE t.tenantId > :after ORDER BY t.tenantId")
    List<Tenant> after(String after, Limit limit);
}

package io.aitbc.coordinator.usage;

import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.util.Collection;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Makes resource types. */
@Service
class ResourceTypeBook {

    private final ResourceTypes types;
    private final AuditLog audit;

    ResourceTypeBook(ResourceTypes types, AuditLog audit) {
        this.types = types;
        this.audit = audit;
    }

    Collection<ResourceType> all() {
        return types.all().values();
    }

    /**
     * Makes one.
     *
     * @throws Problem 409 when there is one of that name
     */
    @Transactional
    public ResourceType add(Caller caller, NewResourceType asked) {
        ResourceType type = new ResourceType(
                asked.name(),
                asked.unit(),
                Boolean.TRUE.equals(asked.wallClock()),
                asked.hoursPerUnit(),
                asked.sentUnit());
        if (!types.add(type)) {
            throw Problem.conflict(
                    "resource-type-exists", "There is a resource type " + type.name() + "; choose another name.");
        }
        audit.record(caller, "resource-type.add", type.name(), null, type);
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                types.forget();
            }
        });
        return type;
    }
}

package io.aitbc.service.security;

import java.util.Optional;

/** Keys that a service keeps in its database, such as those of miners or tenants. Asked on every request: cache. */
public interface KeyDirectory {
    /**
     * The holder of a key.
     *
     * @param sha256Hex lower-case hex SHA-256 of the secret
     * @return empty when no such key is valid now
     */
    Optional<Caller> find(String sha256Hex);
}

package io.aitbc.coordinator.tenant;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The hashes of all keys of all tenants. */
@Repository
class TenantKeys {

    /** A key without its secret, which is not kept. */
    record Key(
            UUID keyId,
            String tenantId,
            @Nullable String name,
            Instant createdAt,
            @Nullable Instant revokedAt) {}

    private final JdbcClient jdbc;

    TenantKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void add(Key key, String sha256) {
        jdbc.sql("""
                INSERT INTO tenant_keys (key_id, tenant_id, name, sha256, created_at)
                VALUES (:keyId, :tenantId, :name, :sha256, :createdAt)
                """)
                .param("keyId", key.keyId())
                .param("tenantId", key.tenantId())
                .param("name", key.name())
                .param("sha256", sha256)
                .param("createdAt", key.createdAt().atOffset(ZoneOffset.UTC))
                .update();
    }

    List<Key> of(String tenantId) {
        return jdbc.sql("""
                SELECT key_id, tenant_id, name, created_at, revoked_at
                FROM tenant_keys WHERE tenant_id = :tenantId ORDER BY key_id
                """).param("tenantId", tenantId).query(TenantKeys::key).list();
    }

    /** Revokes a key and gives its hash; empty when that tenant has no such key, or it was revoked before. */
    Optional<String> revoke(String tenantId, UUID keyId, Instant now) {
        return jdbc.sql("""
                UPDATE tenant_keys SET revoked_at = :now
                WHERE tenant_id = :tenantId AND key_id = :keyId AND revoked_at IS NULL
                RETURNING sha256
                """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("tenantId", tenantId)
                .param("keyId", keyId)
                .query(String.class)
                .optional();
    }

    Optional<String> tenantOf(String sha256) {
        return jdbc.sql("SELECT tenant_id FROM tenant_keys WHERE sha256 = :sha256 AND revoked_at IS NULL")
                .param("sha256", sha256)
                .query(String.class)
                .optional();
    }

    private static Key key(ResultSet row, int n) throws SQLException {
        OffsetDateTime revoked = row.getObject("revoked_at", OffsetDateTime.class);
        return new Key(
                row.getObject("key_id", UUID.class),
                row.getString("tenant_id"),
                row.getString("name"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                revoked == null ? null : revoked.toInstant());
    }
}

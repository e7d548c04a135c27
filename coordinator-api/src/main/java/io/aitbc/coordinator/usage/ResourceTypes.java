package io.aitbc.coordinator.usage;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** All resource types; a new one counts within seconds. */
@Repository
public class ResourceTypes {

    private static final Duration KEPT = Duration.ofSeconds(2);

    private final JdbcClient jdbc;
    private final LoadingCache<String, Map<String, ResourceType>> cache =
            Caffeine.newBuilder().expireAfterWrite(KEPT).build(key -> load());

    ResourceTypes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** By name. */
    public Map<String, ResourceType> all() {
        return cache.get("all");
    }

    /** Keeps a new type; false when there is one of its name. */
    boolean add(ResourceType type) {
        return jdbc.sql("""
                INSERT INTO resource_types (resource_type, unit, wall_clock, hours_per_unit, sent_unit)
                VALUES (:name, :unit, :wallClock, :hours, :sent) ON CONFLICT DO NOTHING
                """)
                        .param("name", type.name())
                        .param("unit", type.unit())
                        .param("wallClock", type.wallClock())
                        .param("hours", type.hoursPerUnit())
                        .param("sent", type.sentUnit())
                        .update()
                > 0;
    }

    void forget() {
        cache.invalidateAll();
    }

    private Map<String, ResourceType> load() {
        return jdbc
                .sql("SELECT resource_type, unit, wall_clock, hours_per_unit, sent_unit FROM resource_types")
                .query((row, n) -> new ResourceType(
                        row.getString(1), row.getString(2), row.getBoolean(3), row.getBigDecimal(4), row.getString(5)))
                .list()
                .stream()
                .collect(Collectors.toUnmodifiableMap(ResourceType::name, type -> type));
    }
}

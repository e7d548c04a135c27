package io.aitbc.poolhub.telemetry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * What miners are still to be told. Heartbeats read it from memory; every replica looks at the few open commands each
 * second.
 */
@Component
public class CommandBook {

    private final JdbcClient jdbc;
    private volatile Map<String, List<Map<String, Object>>> open = Map.of();

    CommandBook(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What a miner is to be told now, as it goes into the reply. */
    public List<Map<String, Object>> pending(String minerId) {
        return open.getOrDefault(minerId, List.of());
    }

    /** Gives a command, in the transaction of what makes it necessary. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void give(Command command) {
        jdbc.sql("""
                INSERT INTO miner_commands (command_id, miner_id, type, gpu_uuid, job_id, attempt, power_limit_watts, reason, created_at)
                VALUES (:id, :miner, :type, :gpu, :job, :attempt, :watts, :reason, :at)
                """)
                .param("id", command.commandId())
                .param("miner", command.minerId())
                .param("type", command.type())
                .param("gpu", command.gpuUuid())
                .param("job", command.jobId())
                .param("attempt", command.attempt())
                .param("watts", command.powerLimitWatts())
                .param("reason", command.reason())
                .param("at", Timestamp.from(command.createdAt()))
                .update();
    }

    /** Takes back what a GPU's miner was told and has not answered. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void withdraw(String gpuUuid) {
        jdbc.sql("UPDATE miner_commands SET state = 'WITHDRAWN' WHERE gpu_uuid = :gpu AND state = 'PENDING'")
                .param("gpu", gpuUuid)
                .update();
    }

    /** Takes back what a miner was told of an attempt and has not answered. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void withdraw(String jobId, int attempt) {
        jdbc.sql("UPDATE miner_commands SET state = 'WITHDRAWN' WHERE job_id = :job AND attempt = :attempt"
                        + " AND state = 'PENDING'")
                .param("job", jobId)
                .param("attempt", attempt)
                .update();
    }

    /** A GPU's last command of a type, with its state. */
    public Optional<Given> last(String gpuUuid, String type) {
        return jdbc.sql("""
                        SELECT state, detail, created_at FROM miner_commands WHERE gpu_uuid = :gpu AND type = :type
                        ORDER BY created_at DESC LIMIT 1
                        """)
                .param("gpu", gpuUuid)
                .param("type", type)
                .query((row, n) -> new Given(
                        row.getString(1), row.getString(2), row.getTimestamp(3).toInstant()))
                .optional();
    }

    /** A command and what became of it. */
    public record Given(String state, @Nullable String detail, Instant createdAt) {}

    /** Looks again. */
    @Scheduled(fixedDelayString = "PT1S")
    public void refresh() {
        open = jdbc.sql("""
                        SELECT command_id, miner_id, type, gpu_uuid, job_id, attempt, power_limit_watts, reason FROM miner_commands
                        WHERE state = 'PENDING' ORDER BY created_at LIMIT 10000
                        """).query((row, n) -> Map.entry(row.getString("miner_id"), told(row))).list().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toUnmodifiableList())));
    }

    private static Map<String, Object> told(ResultSet row) throws SQLException {
        Map<String, Object> told = new LinkedHashMap<>();
        for (String column :
                List.of("command_id", "type", "gpu_uuid", "job_id", "attempt", "power_limit_watts", "reason")) {
            Object value = row.getObject(column);
            if (value != null) {
                told.put(column, value);
            }
        }
        return told;
    }
}

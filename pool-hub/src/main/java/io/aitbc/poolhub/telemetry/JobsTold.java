package io.aitbc.poolhub.telemetry;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Which jobs miners say that they have: what this replica heard last, for those that say it at all. */
@Component
public class JobsTold {

    /** @param jobs job and attempt, as {@link #key} makes them */
    public record Said(Instant at, Set<String> jobs) {}

    private static final int MOST_NAMED = 1_024;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");

    private final Map<String, Said> said = new ConcurrentHashMap<>();

    /** A heartbeat's word; null says nothing. */
    public void hear(String minerId, @Nullable JsonNode jobs, Instant at) {
        if (jobs == null || !jobs.isArray()) {
            return;
        }
        Set<String> names = new HashSet<>();
        for (JsonNode job : jobs) {
            String jobId = job.path("job_id").asText();
            // What no job can be called is nobody's: a miner must not be able to spoil what others look up.
            if (names.size() < MOST_NAMED && NAME.matcher(jobId).matches()) {
                names.add(key(jobId, job.path("attempt").asInt()));
            }
        }
        said.put(minerId, new Said(at, Set.copyOf(names)));
    }

    /** What a miner said last; empty when it never did, here. */
    public Optional<Said> last(String minerId) {
        return Optional.ofNullable(said.get(minerId));
    }

    /** What all miners said last. */
    public Map<String, Said> all() {
        return Map.copyOf(said);
    }

    /** Names an attempt. */
    public static String key(String jobId, int attempt) {
        return jobId + "#" + attempt;
    }
}

package io.aitbc.gpu.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds machines on which job after job fails though no telemetry says why: being always free, they would swallow the whole
 * queue. Jobs that fail wherever they run tell nothing about a machine. A machine that was found gets no work for a while,
 * each time twice as long.
 */
final class BlackHoles {

    static final int FAILURES = 3;
    static final Duration FIRST_PAUSE = Duration.ofMinutes(30);

    private static final int MOST_DOUBLINGS = 5;
    private static final int OWN_FAULT = 2;
    private static final int MOST_REMEMBERED = 10_000;

    private static final class Record {
        private final Set<String> failedInARow = new LinkedHashSet<>();
        private int times;
        private @Nullable Instant until;
    }

    private final Map<String, Record> nodes = new HashMap<>();
    private final Map<String, Set<String>> failedOn = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Set<String>> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** A job failed on a machine. Says whether that makes the machine one. */
    boolean failed(String node, String jobId, Instant at) {
        Set<String> places = failedOn.computeIfAbsent(jobId, id -> new HashSet<>());
        places.add(node);
        if (places.size() > OWN_FAULT) {
            return false;
        }
        Record known = nodes.computeIfAbsent(node, id -> new Record());
        known.failedInARow.add(jobId);
        if (known.failedInARow.size() < FAILURES) {
            return false;
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(MOST_DOUBLINGS, known.times));
        known.times++;
        known.until = at.plus(pause);
        known.failedInARow.clear();
        return true;
    }

    /** A job came to its end there. */
    void succeeded(String node) {
        nodes.remove(node);
    }

    /** A job will not be tried again. */
    void over(String jobId) {
        failedOn.remove(jobId);
    }

    boolean isOne(String node, Instant now) {
        Record known = nodes.get(node);
        return known != null && known.until != null && known.until.isAfter(now);
    }

    /** Whether a job should rather not go back to a machine. */
    boolean avoids(String jobId, String node) {
        Set<String> places = failedOn.get(jobId);
        return places != null && places.contains(node);
    }

    boolean isEmpty() {
        return nodes.isEmpty() && failedOn.isEmpty();
    }

    Set<String> found(Instant now) {
        Set<String> found = new HashSet<>();
        nodes.keySet().stream().filter(node -> isOne(node, now)).forEach(found::add);
        return found;
    }
}

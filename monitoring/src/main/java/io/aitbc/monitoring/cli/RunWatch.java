package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits until a run is over, and shows whoever watches how it stands. */
final class RunWatch {

    private static final Set<String> ON_ITS_WAY = Set.of("SETTLING", "COLLECTING");
    private static final String CLEAR = "\r\u001b[K";

    private final ServiceClient service;
    private final String sessionPath;
    private final Surroundings surroundings;
    private final @Nullable PrintWriter progress;

    /** @param progress where to show how it stands; null for nowhere */
    RunWatch(ServiceClient service, String sessionPath, Surroundings surroundings, @Nullable PrintWriter progress) {
        this.service = service;
        this.sessionPath = sessionPath;
        this.surroundings = surroundings;
        this.progress = surroundings.isTerminal() ? progress : null;
    }

    /**
     * The run when it is over.
     *
     * @param begun what the service answered when it was asked to collect
     * @throws Failed when it is not over in time
     */
    JsonNode finished(ServiceClient.Answer begun, Duration longest) {
        JsonNode run = begun.body();
        String path = path(begun, run);
        long begin = System.nanoTime();
        while (ON_ITS_WAY.contains(run.path("state").asText())) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
            if (System.nanoTime() - begin > longest.toNanos()) {
                clear();
                throw Failed.away(
                        "Run " + run.path("run_id").asText() + " is still "
                                + run.path("state").asText() + " after " + seconds
                                + " s; the service goes on with it, and the same command finds it.",
                        run);
            }
            show(run.path("state").asText(), seconds);
            pause();
            run = again(path, run);
        }
        clear();
        return run;
    }

    /** A service that is away for a moment goes on with the run when it is back. */
    private JsonNode again(String path, JsonNode before) {
        try {
            return service.get(path).body();
        } catch (Failed e) {
            if (e.exitCode() != ExitCode.AWAY) {
                throw e;
            }
            return before;
        }
    }

    /** Only the path of the service's word is taken: the key goes to no other host. */
    private String path(ServiceClient.Answer begun, JsonNode run) {
        String own = sessionPath + "/collections/"
                + ServiceClient.part(run.path("run_id").asText());
        if (begun.location() == null) {
            return own;
        }
        try {
            String told = URI.create(begun.location()).getRawPath();
            return told != null && told.startsWith("/") ? told : own;
        } catch (IllegalArgumentException e) {
            return own;
        }
    }

    private void show(String state, long seconds) {
        if (progress != null) {
            String what = state.equals("SETTLING") ? "waiting for the last scrapes" : "asking Prometheus";
            progress.print(CLEAR + state + ": " + what + ", " + seconds + " s");
            progress.flush();
        }
    }

    private void clear() {
        if (progress != null) {
            progress.print(CLEAR);
            progress.flush();
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(surroundings.askEvery().toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Failed.away("Interrupted; the service goes on with the run.");
        }
    }
}

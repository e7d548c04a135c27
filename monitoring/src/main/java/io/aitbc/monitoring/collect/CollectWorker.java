package io.aitbc.monitoring.collect;

import io.aitbc.monitoring.artifact.ArtifactCheck;
import io.aitbc.monitoring.artifact.ArtifactWriter;
import io.aitbc.monitoring.artifact.Manifest;
import io.aitbc.monitoring.prometheus.PrometheusAway;
import io.aitbc.monitoring.prometheus.PrometheusRefused;
import io.aitbc.monitoring.session.Session;
import io.aitbc.monitoring.session.Sessions;
import io.aitbc.service.web.Problem;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Does the runs that are due. A process that is killed leaves a lease that ends and perhaps a folder whose name begins with a dot;
 * whoever takes the run up next removes that and begins again. A folder of a run's own name is whole, always.
 */
@Component
class CollectWorker {

    static final int AT_ONCE = 2;

    private static final int MOST_TRIES = 5;
    private static final long HOLD_EVERY_MILLIS = 1_500;
    private static final Logger LOG = LoggerFactory.getLogger(CollectWorker.class);

    private final Runs runs;
    private final RunBook book;
    private final Sessions sessions;
    private final Collector collector;
    private final ArtifactsFolder folder;
    private final ExecutorService threads;
    private final ScheduledExecutorService holder;
    private final Duration lease;
    private final Clock clock;
    private final Map<UUID, Run> held = new ConcurrentHashMap<>();
    private volatile boolean stopping;

    CollectWorker(
            Runs runs,
            RunBook book,
            Sessions sessions,
            Collector collector,
            ArtifactsFolder folder,
            CollectSettings settings,
            @Qualifier("collectThreads") ExecutorService threads,
            @Qualifier("leaseThread") ScheduledExecutorService holder,
            Clock clock) {
        this.runs = runs;
        this.book = book;
        this.sessions = sessions;
        this.collector = collector;
        this.folder = folder;
        this.threads = threads;
        this.holder = holder;
        this.lease = Duration.ofSeconds(settings.leaseSeconds());
        this.clock = clock;
    }

    @Scheduled(fixedDelay = 250)
    void take() {
        try {
            while (!stopping && held.size() < AT_ONCE) {
                Optional<Run> next = runs.claim(lease, clock.instant());
                if (next.isEmpty()) {
                    return;
                }
                Run run = next.get();
                if (held.putIfAbsent(run.runId(), run) != null) {
                    // Our own, whose lease ended before it was renewed; it is left to whoever comes when this one has
                    // ended too.
                    return;
                }
                threads.execute(() -> work(run));
            }
        } catch (DataAccessException e) {
            LOG.warn("No run can be taken, the database does not answer: {}", e.toString());
        }
    }

    @Scheduled(fixedDelay = 1_000)
    void settle() {
        try {
            runs.settling(clock.instant()).forEach(book::settle);
        } catch (DataAccessException | TransactionException | Problem e) {
            LOG.debug("What settles is seen later: {}", e.toString());
        }
    }

    /** On a thread of its own: whatever else is scheduled may wait for Prometheus meanwhile. */
    @PostConstruct
    void beginToHold() {
        holder.scheduleWithFixedDelay(this::hold, HOLD_EVERY_MILLIS, HOLD_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    void hold() {
        if (!held.isEmpty()) {
            try {
                runs.renew(held.values().stream().map(Run::lease).toList(), lease);
            } catch (RuntimeException e) {
                // Also what nobody thought of: an exception would end this for good.
                LOG.warn("Runs cannot be held on to, the database does not answer: {}", e.toString());
            }
        }
    }

    /** What is not done is given back, for another to take up at once. */
    @PreDestroy
    void stop() throws InterruptedException {
        stopping = true;
        holder.shutdownNow();
        threads.shutdownNow();
        if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
            LOG.warn("Runs that are not given back are taken up when their leases end.");
        }
    }

    private void work(Run run) {
        try {
            if (run.tries() > MOST_TRIES) {
                tidy(run);
                book.failed(
                        run,
                        Cause.INTERNAL,
                        "It was begun " + MOST_TRIES
                                + " times, and each time its process ended before it was done; the logs say why.");
            } else {
                collect(run);
            }
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("Run {} waits for the database, and is taken up again: {}", run.runId(), e.toString());
        } finally {
            held.remove(run.runId(), run);
        }
    }

    private void tidy(Run run) {
        try {
            folder.sweep(run);
        } catch (IOException e) {
            LOG.warn("What the tries of run {} left half written cannot be removed: {}", run.runId(), e.toString());
        }
    }

    private void collect(Run run) {
        Optional<Session> session = sessions.find(run.sessionId());
        if (session.isEmpty()) {
            return;
        }
        try {
            if (!isThere(run)) {
                write(run, collector.collect(run, session.get()));
            }
        } catch (PrometheusAway | PrometheusRefused e) {
            end(run, Cause.PROMETHEUS, String.valueOf(e.getMessage()));
        } catch (IOException | UncheckedIOException e) {
            end(run, Cause.STORAGE, "The artifacts cannot be written: " + e);
        } catch (DataAccessException | TransactionException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("Run {} failed", run.runId(), e);
            end(
                    run,
                    Cause.INTERNAL,
                    "Something failed in the service; its log has it under the run " + run.runId() + ".");
        }
    }

    /** Interrupted because the service stops, a run has not failed. */
    private void end(Run run, Cause cause, String failure) {
        if (stopping) {
            runs.release(run);
        } else {
            LOG.info("Run {} failed: {}", run.runId(), failure);
            book.failed(run, cause, failure);
        }
    }

    /** An earlier holder may have been killed after it published the artifacts, and before it said so. */
    private boolean isThere(Run run) throws IOException {
        Path own = folder.of(run);
        if (!Files.exists(own, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (ArtifactCheck.differences(own).isEmpty()) {
            Manifest manifest = ArtifactWriter.read(own);
            if (manifest.runId().equals(run.runId())) {
                return book.collected(run, manifest, () -> {});
            }
        }
        folder.remove(own);
        return false;
    }

    private void write(Run run, Collector.Result result) throws IOException {
        Path written = folder.begin(run);
        try {
            Manifest manifest = ArtifactWriter.write(written, result.manifest(), result.series());
            if (!book.collected(run, manifest, () -> ArtifactWriter.publish(written, folder.of(run)))) {
                LOG.info("Run {} is another's meanwhile, or its session is gone.", run.runId());
            }
        } finally {
            folder.remove(written);
        }
    }
}

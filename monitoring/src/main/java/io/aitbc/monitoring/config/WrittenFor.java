package io.aitbc.monitoring.config;

import io.aitbc.monitoring.session.Publication;
import io.aitbc.monitoring.target.Targets;
import io.aitbc.service.web.Problem;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Targets are written into Prometheus' configuration, by one writer at a time, in the transaction that changes them. */
class WrittenFor implements Publication {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Targets targets;
    private final Generations generations;
    private final Rollout rollout;
    private final TransactionTemplate transaction;
    /** Those who wait here hold no connection. */
    private final ReentrantLock writing = new ReentrantLock(true);

    WrittenFor(Targets targets, Generations generations, Rollout rollout, PlatformTransactionManager transactions) {
        this.targets = targets;
        this.generations = generations;
        this.rollout = rollout;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Override
    public <T> T change(Supplier<T> change) {
        return alone(() -> {
            T changed = change.get();
            try {
                rollout.bring(wanted());
            } catch (RolloutFailed e) {
                throw e.problem();
            }
            return changed;
        });
    }

    /**
     * Finishes or undoes what a killed writer left, and brings the file and Prometheus to what the database holds.
     *
     * @return what does not go, if anything
     */
    Optional<String> mend() {
        return alone(() -> {
            try {
                mend(wanted());
                return Optional.empty();
            } catch (RolloutFailed e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
        });
    }

    private void mend(List<ScrapeJob> wanted) throws RolloutFailed {
        Optional<Generation> halfDone = generations.halfDone();
        if (halfDone.isPresent()) {
            rollout.sweep();
        }
        PrometheusYaml current = rollout.current();
        if (!current.jobs().equals(wanted)) {
            rollout.bring(wanted);
            return;
        }
        if (halfDone.isPresent() || !rollout.running().equals(wanted)) {
            rollout.reload();
        }
        if (halfDone.isPresent()) {
            boolean isIt =
                    rollout.currentSha256().equals(Optional.of(halfDone.get().sha256()));
            generations.conclude(
                    halfDone.get().generation(),
                    isIt ? Verdict.APPLIED : Verdict.ROLLED_BACK,
                    isIt ? "Its writer was killed; finished afterwards." : "Its writer was killed; undone afterwards.");
        }
    }

    private List<ScrapeJob> wanted() {
        return targets.scraped().stream()
                .map(ScrapeJob::of)
                .sorted(Comparator.comparing(ScrapeJob::name))
                .toList();
    }

    private <T> T alone(Supplier<T> work) {
        boolean mine = false;
        try {
            mine = writing.tryLock(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (!mine) {
                throw busy();
            }
            return Objects.requireNonNull(transaction.execute(status -> {
                generations.lock(PATIENCE);
                return work.get();
            }));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        } finally {
            if (mine) {
                writing.unlock();
            }
        }
    }

    private static Problem busy() {
        return Problem.unavailable(
                "busy", "Prometheus' configuration is being changed; try again.", Duration.ofSeconds(5));
    }
}

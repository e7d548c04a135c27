package io.aitbc.monitoring.config;

import io.aitbc.monitoring.prometheus.PrometheusAway;
import io.aitbc.monitoring.prometheus.PrometheusRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Brings our jobs into Prometheus, or leaves all as it was. Its caller holds the lock, and a transaction in which the jobs stand as
 * they are wanted. That a generation is being written is noted before the file is touched, in a transaction of its own; that it is
 * applied, in the caller's. So whatever kills this, the file is one that Prometheus loads, and the note says that somebody has to look.
 */
class Rollout {

    private static final Logger LOG = LoggerFactory.getLogger(Rollout.class);

    private final ConfigFile file;
    private final Promtool promtool;
    private final RunningConfig running;
    private final Generations generations;
    private final TransactionTemplate apart;
    private final Consumer<Step> witness;

    /** @param witness told of each step; nobody, but in tests */
    Rollout(
            ConfigFile file,
            Promtool promtool,
            RunningConfig running,
            Generations generations,
            PlatformTransactionManager transactions,
            Consumer<Step> witness) {
        this.file = file;
        this.promtool = promtool;
        this.running = running;
        this.generations = generations;
        this.apart = new TransactionTemplate(transactions);
        this.apart.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.witness = witness;
    }

    /** What the file holds. */
    PrometheusYaml current() throws RolloutFailed {
        return current(read());
    }

    /** What its header says of it, where that is true. */
    Optional<String> currentSha256() throws RolloutFailed {
        return PrometheusYaml.sha256(read());
    }

    /**
     * Has Prometheus run exactly these jobs of ours beside all others.
     *
     * @throws RolloutFailed when it does not; all is as it was then
     */
    void bring(List<ScrapeJob> wanted) throws RolloutFailed {
        String before = read();
        PrometheusYaml old = current(before);
        if (old.jobs().equals(wanted)) {
            return;
        }
        long generation = generations.next();
        PrometheusYaml.Rendered next;
        try {
            next = old.with(wanted, generation);
        } catch (ConfigUnusable e) {
            throw unusable(e);
        }
        Instant loadedAt = reached();
        apart.executeWithoutResult(
                status -> generations.begin(generation, next.sha256(), JobDiff.of(old.jobs(), wanted)));
        try {
            witness.accept(Step.RECORDED);
            replace(before, next.text());
            verify(next.text(), loadedAt);
        } catch (RolloutFailed e) {
            String restored = restore(before, next.text(), String.valueOf(e.getMessage()));
            RolloutFailed said = new RolloutFailed(e.verdict(), e.getMessage() + restored);
            conclude(generation, said);
            throw said;
        }
        generations.conclude(generation, Verdict.APPLIED, null);
    }

    /** Has Prometheus read the file as it is, and looks whether it runs our jobs of it. */
    void reload() throws RolloutFailed {
        verify(read(), reached());
    }

    /** The jobs of ours that Prometheus runs. */
    List<ScrapeJob> running() throws RolloutFailed {
        try {
            return running.jobs();
        } catch (PrometheusAway | PrometheusRefused | ConfigUnusable e) {
            throw away(e);
        }
    }

    /** Removes what a writer left that was killed. */
    void sweep() throws RolloutFailed {
        try {
            file.sweep();
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private Instant reached() throws RolloutFailed {
        try {
            return running.loadedAt();
        } catch (PrometheusAway | PrometheusRefused e) {
            throw away(e);
        }
    }

    private void replace(String before, String next) throws RolloutFailed {
        try {
            Path staged = file.stage(next);
            witness.accept(Step.STAGED);
            Optional<String> fault = promtool.fault(staged);
            if (fault.isPresent()) {
                throw new RolloutFailed(Verdict.REFUSED, "promtool refuses the configuration: " + fault.get());
            }
            witness.accept(Step.CHECKED);
            file.keepLastGood(before);
            witness.accept(Step.KEPT);
            if (!file.read().equals(before)) {
                throw overwritten();
            }
            file.swap();
            witness.accept(Step.MOVED);
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private void verify(String text, Instant loadedAt) throws RolloutFailed {
        try {
            running.reload();
            witness.accept(Step.RELOADED);
            Optional<String> missing = running.missing(current(text), loadedAt);
            if (!read().equals(text)) {
                throw overwritten();
            }
            if (missing.isPresent()) {
                throw new RolloutFailed(
                        Verdict.PARTIAL, "Prometheus does not run what was written: " + missing.get() + ".");
            }
            witness.accept(Step.VERIFIED);
        } catch (PrometheusRefused e) {
            throw new RolloutFailed(
                    Verdict.REJECTED,
                    "Prometheus does not take the configuration (%d): %s Prometheus' log may say more."
                            .formatted(e.status(), sentence(e)));
        } catch (ConfigUnusable e) {
            throw new RolloutFailed(
                    Verdict.PARTIAL, "What Prometheus says that it runs cannot be read: " + e.getMessage());
        } catch (PrometheusAway e) {
            throw away(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RolloutFailed(Verdict.AWAY, "The service stops.");
        }
    }

    /**
     * Puts the file back, unless somebody else has changed it meanwhile, and says how that went.
     *
     * @param said what was said already, and need not be said again
     */
    private String restore(String before, String next, String said) {
        try {
            String now = file.read();
            if (now.equals(before)) {
                file.sweep();
                return "";
            }
            if (!now.equals(next)) {
                file.sweep();
                return " The file was changed by somebody else meanwhile and stays as it is now.";
            }
            file.restore(before);
            witness.accept(Step.RESTORED);
        } catch (IOException | ConfigUnusable e) {
            LOG.error("What was written beside Prometheus' configuration, or in its place, cannot be undone", e);
            return " Not all could be undone (" + e + "); what the file held is kept beside it as .last-good.";
        }
        try {
            running.reload();
            return " The file is as it was before, and Prometheus has read it.";
        } catch (PrometheusAway | PrometheusRefused e) {
            boolean isTheSame = withoutNumbers(said).contains(withoutNumbers(sentence(e)));
            return " The file is as it was before; Prometheus has not read it"
                    + (isTheSame ? ", for the same reason." : ": " + sentence(e));
        }
    }

    private static String sentence(Exception e) {
        String text = String.valueOf(e.getMessage()).strip();
        return text.endsWith(".") ? text : text + ".";
    }

    /** The same fault of two files stands in different lines. */
    private static String withoutNumbers(String text) {
        return text.replaceAll("[0-9]+", "0");
    }

    private void conclude(long generation, RolloutFailed failed) {
        try {
            apart.executeWithoutResult(
                    status -> generations.conclude(generation, failed.verdict(), failed.getMessage()));
        } catch (DataAccessException | TransactionException e) {
            LOG.warn("What became of generation {} is noted later: {}", generation, e.toString());
        }
    }

    private String read() throws RolloutFailed {
        try {
            return file.read();
        } catch (ConfigUnusable e) {
            throw unusable(e);
        } catch (IOException e) {
            throw new RolloutFailed(
                    Verdict.REFUSED,
                    "Prometheus' configuration cannot be read (" + e + "); PROMETHEUS_CONFIG_PATH must name it.");
        }
    }

    private static PrometheusYaml current(String text) throws RolloutFailed {
        try {
            return PrometheusYaml.read(text);
        } catch (ConfigUnusable e) {
            throw unusable(e);
        }
    }

    private static RolloutFailed unusable(ConfigUnusable e) {
        return new RolloutFailed(
                Verdict.REFUSED, "Prometheus' configuration cannot be changed: " + e.getMessage() + ".");
    }

    private static RolloutFailed unwritable(IOException e) {
        return new RolloutFailed(
                Verdict.REFUSED,
                "Prometheus' configuration cannot be written (" + e
                        + "); its folder must be writable, and a file that is mounted alone cannot be replaced: mount its folder.");
    }

    private static RolloutFailed overwritten() {
        return new RolloutFailed(
                Verdict.OVERWRITTEN, "Somebody else changed Prometheus' configuration at the same time; try again.");
    }

    private static RolloutFailed away(RuntimeException e) {
        return new RolloutFailed(Verdict.AWAY, String.valueOf(e.getMessage()));
    }
}

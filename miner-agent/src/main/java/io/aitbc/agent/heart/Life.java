package io.aitbc.agent.heart;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.agent.heart.Heart.Next;
import io.aitbc.agent.hub.Heartbeat;
import io.aitbc.agent.hub.HubClient;
import io.aitbc.agent.hub.Registration;
import io.aitbc.agent.hub.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One miner's life: registers, then beats until it is stopped. All of it runs on the timing's one thread;
 * thousands of lives share one. At most one call of a miner is under way at a time.
 */
public final class Life {

    private static final Logger LOG = LoggerFactory.getLogger(Life.class);

    private final Registration miner;
    private final HubClient hub;
    private final Supplier<Optional<Heartbeat>> vitals;
    private final Consumer<JsonNode> told;
    private final Journal journal;
    private final Timing timing;
    private final Heart heart;
    private boolean registered;
    private boolean stopped;
    private @Nullable Instant awaySince;

    /**
     * Does not begin yet.
     *
     * @param vitals what to say with each heartbeat; empty to stay silent this time
     * @param told what is done with the answer to a heartbeat that was taken
     */
    public Life(
            Registration miner,
            HubClient hub,
            Supplier<Optional<Heartbeat>> vitals,
            Consumer<JsonNode> told,
            Journal journal,
            Timing timing) {
        this.miner = miner;
        this.hub = hub;
        this.vitals = vitals;
        this.told = told;
        this.journal = journal;
        this.timing = timing;
        this.heart = new Heart(timing.random());
    }

    /** Begins after a while. */
    public void start(Duration in) {
        later(in, this::register);
    }

    /**
     * Ends this life: no further heartbeat but one that says goodbye. Completes when that was answered or its deadline
     * has passed.
     */
    public CompletableFuture<Void> stop() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        timing.after(Duration.ZERO, () -> {
            boolean goodbye = registered && !stopped;
            stopped = true;
            if (goodbye) {
                timing.whenDone(hub.beat(miner, Heartbeat.draining()), reply -> done.complete(null));
            } else {
                done.complete(null);
            }
        });
        return done;
    }

    private void register() {
        if (!stopped) {
            timing.whenDone(hub.register(miner), reply -> guarded(() -> onRegistered(reply)));
        }
    }

    private void onRegistered(Reply reply) {
        if (stopped) {
            return;
        }
        if (reply instanceof Reply.Accepted) {
            registered = true;
            journal.registered(miner.minerId());
        }
        Next next = heart.registered(reply);
        if (next instanceof Next.Register again) {
            noteAway(again.why());
        }
        follow(next);
    }

    private void beat() {
        if (stopped) {
            return;
        }
        Optional<Heartbeat> heartbeat = vitals.get();
        if (heartbeat.isEmpty()) {
            follow(heart.silent());
        } else {
            timing.whenDone(hub.beat(miner, heartbeat.get()), reply -> guarded(() -> onBeaten(reply)));
        }
    }

    private void onBeaten(Reply reply) {
        if (stopped) {
            return;
        }
        if (reply instanceof Reply.Accepted && awaySince != null) {
            journal.back(miner.minerId(), Duration.between(awaySince, timing.now()));
            awaySince = null;
        }
        Next next = heart.beaten(reply);
        if (reply instanceof Reply.Accepted accepted) {
            hear(accepted.body());
        }
        if (next instanceof Next.Register register) {
            registered = false;
            journal.forgotten(miner.minerId(), register.why());
        }
        follow(next);
    }

    /** Whatever is odd about what was said must not stop the heart. */
    private void hear(JsonNode body) {
        try {
            told.accept(body);
        } catch (RuntimeException bug) {
            LOG.warn("{} did not understand what the hub said", miner.minerId(), bug);
        }
    }

    private void follow(Next next) {
        if (next instanceof Next.Beat beat) {
            later(beat.in(), this::beat);
        } else if (next instanceof Next.Wait wait) {
            noteAway(wait.why());
            later(wait.in(), this::beat);
        } else if (next instanceof Next.Register again) {
            later(again.in(), this::register);
        } else if (next instanceof Next.GiveUp giveUp) {
            stopped = true;
            journal.gaveUp(miner.minerId(), giveUp.reason(), giveUp.detail());
        }
    }

    private void noteAway(String why) {
        if (awaySince == null) {
            awaySince = timing.now();
            journal.away(miner.minerId(), why);
        }
    }

    private void later(Duration in, Runnable step) {
        timing.after(in, () -> guarded(step));
    }

    /** Whatever goes wrong in one step, a miner that could beat must not fall silent for ever. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException bug) {
            LOG.error("{} stumbled and goes on", miner.minerId(), bug);
            follow(heart.silent());
        }
    }
}

package io.aitbc.agent.work;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.agent.heart.Timing;
import io.aitbc.agent.hub.HubClient;
import io.aitbc.agent.hub.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Hears what there is to do as soon as the hub knows it: asks, and the hub keeps it waiting. Without it heartbeats bring the
 * same, up to an interval later; so a hub that is away, or does not know the question, is nothing to worry about. Only for the
 * timing's thread.
 */
public final class Ear {

    private static final Duration WAIT = Duration.ofSeconds(25);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration LONG_PAUSE = Duration.ofSeconds(5);

    private final HubClient hub;
    private final String minerKey;
    private final Timing timing;
    private final BooleanSupplier deaf;
    private final Consumer<JsonNode> told;

    /** @param deaf while it is true nothing is asked */
    public Ear(HubClient hub, String minerKey, Timing timing, BooleanSupplier deaf, Consumer<JsonNode> told) {
        this.hub = hub;
        this.minerKey = minerKey;
        this.timing = timing;
        this.deaf = deaf;
        this.told = told;
    }

    /** Begins, and never ends. */
    public void start() {
        if (deaf.getAsBoolean()) {
            timing.after(PAUSE, this::start);
            return;
        }
        Instant asked = timing.now();
        timing.whenDone(hub.orders(minerKey, WAIT), reply -> heard(reply, asked));
    }

    private void heard(Reply reply, Instant asked) {
        if (reply instanceof Reply.Accepted accepted) {
            if (!deaf.getAsBoolean()) {
                told.accept(accepted.body());
            }
            boolean nothing = accepted.body().path("assignments").isEmpty()
                    && accepted.body().path("commands").isEmpty();
            // What was heard may be told again until the hub knows that it was: no need to hear it a hundred times.
            // A hub that does not let anybody wait must not be asked in a circle.
            boolean waited = asked.plus(PAUSE).isBefore(timing.now());
            timing.after(nothing && waited ? Duration.ZERO : PAUSE, this::start);
        } else {
            timing.after(reply instanceof Reply.Refused ? LONG_PAUSE : PAUSE.multipliedBy(5), this::start);
        }
    }
}

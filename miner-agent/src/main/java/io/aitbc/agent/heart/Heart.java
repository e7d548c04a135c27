package io.aitbc.agent.heart;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.agent.hub.Reply;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Decides what a miner does next, given what the hub just said. No clock, no network: the same answers make the same
 * decisions. Not for use by several threads at once.
 */
final class Heart {

    /** Until the hub has named an interval. */
    static final Duration FIRST_INTERVAL = Duration.ofSeconds(15);

    private final Rhythm rhythm;
    private boolean rejectedSinceRegistering;

    Heart(RandomGenerator random) {
        this.rhythm = new Rhythm(FIRST_INTERVAL, random);
    }

    /** After the answer to a registration. */
    Next registered(Reply reply) {
        if (reply instanceof Reply.Accepted) {
            // Right away: the miner counts as up from its first heartbeat, not from its registration. But a hub that
            // takes registrations and then refuses the heartbeats must not be asked in a circle.
            return rejectedSinceRegistering ? new Next.Beat(rhythm.afterSilence(null)) : new Next.Beat(Duration.ZERO);
        }
        if (reply instanceof Reply.Unavailable unavailable) {
            return new Next.Register(rhythm.afterSilence(unavailable.retryAfter()), unavailable.why());
        }
        Reply.Refused refused = (Reply.Refused) reply;
        return new Next.GiveUp(reason(refused), refused.detail());
    }

    private static GivenUp reason(Reply.Refused refused) {
        if (refused.status() == 409 || refused.problem().equals("not-your-miner")) {
            return GivenUp.ID_TAKEN;
        }
        return refused.status() == 401 || refused.status() == 403
                ? GivenUp.TOKEN_REFUSED
                : GivenUp.REGISTRATION_REFUSED;
    }

    /** After the answer to a heartbeat. */
    Next beaten(Reply reply) {
        if (reply instanceof Reply.Accepted accepted) {
            rejectedSinceRegistering = false;
            return new Next.Beat(rhythm.afterAnswer(interval(accepted.body())));
        }
        if (reply instanceof Reply.Unavailable unavailable) {
            return new Next.Wait(rhythm.afterSilence(unavailable.retryAfter()), unavailable.why());
        }
        Reply.Refused refused = (Reply.Refused) reply;
        if (refused.status() == 401 || refused.status() == 404) {
            // The hub does not know this miner, or not by this key: its database is not the one that it was.
            Duration wait = rejectedSinceRegistering ? rhythm.afterSilence(null) : Duration.ZERO;
            rejectedSinceRegistering = true;
            return new Next.Register(wait, refused.detail());
        }
        // Known but not (yet) welcome, such as before an operator's approval: keep asking, at leisure.
        return new Next.Wait(rhythm.afterSilence(null), refused.detail());
    }

    /** The next beat's time for a miner that has nothing to say now. */
    Next silent() {
        return new Next.Beat(rhythm.afterAnswer(0));
    }

    private static double interval(JsonNode body) {
        return body.path("next_heartbeat_seconds").asDouble(0);
    }

    /** What to do, and when. */
    sealed interface Next {
        record Beat(Duration in) implements Next {}

        /** A beat too, but one that was put off. */
        record Wait(Duration in, String why) implements Next {}

        record Register(Duration in, String why) implements Next {}

        record GiveUp(GivenUp reason, String detail) implements Next {}
    }
}

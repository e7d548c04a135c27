package io.aitbc.coordinator.notification;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one replica knows of each peer: how much is on its way there, and how the peer has behaved. */
final class PeerWatch {

    /** How long a peer that asks for it, or says nothing, is left alone at most. */
    static final Duration LONGEST_QUIET = Duration.ofSeconds(30);
    /** So many failures, without a success for so long, are the peer's and not those of a single message. */
    static final int OUTAGE_FAILURES = 3;

    static final Duration OUTAGE = Duration.ofMinutes(10);

    private static final class Seen {
        private int underWay;
        private int failures;
        private boolean hangs;

        @Nullable
        private Instant failsSince;

        @Nullable
        private Instant quietUntil;
    }

    private final int most;
    private final Map<String, Seen> peers = new HashMap<>();

    /**
     * A new one.
     *
     * @param most how much may be on its way to one peer
     */
    PeerWatch(int most) {
        this.most = most;
    }

    synchronized void left(String peer) {
        seen(peer).underWay++;
    }

    synchronized void arrived(String peer) {
        seen(peer).underWay--;
    }

    synchronized int underWay() {
        return peers.values().stream().mapToInt(seen -> seen.underWay).sum();
    }

    /**
     * How busy each peer is: one that is to be left alone wholly, and one that hung so far that there is room for one message, which
     * shows whether it still does.
     */
    synchronized Map<String, Integer> busy(Instant now) {
        Map<String, Integer> busy = new HashMap<>();
        peers.values().removeIf(seen -> seen.underWay == 0 && seen.failures == 0 && !seen.hangs && isOver(seen, now));
        peers.forEach((peer, seen) -> {
            if (!isOver(seen, now)) {
                busy.put(peer, most);
            } else if (seen.hangs) {
                busy.put(peer, Math.min(most, most - 1 + seen.underWay));
            } else if (seen.underWay > 0) {
                busy.put(peer, seen.underWay);
            }
        });
        return busy;
    }

    /** Takes notice of what came of a message; true when the peer works again after an outage. */
    synchronized boolean heard(String peer, Outcome outcome, Instant now) {
        Seen seen = seen(peer);
        seen.hangs = false;
        if (outcome instanceof Outcome.Failed failed) {
            seen.hangs = failed.kind() == Outcome.Failed.Kind.SILENCE;
            if (failed.kind() != Outcome.Failed.Kind.THROTTLE) {
                seen.failures++;
                seen.failsSince = seen.failsSince == null ? now : seen.failsSince;
            }
            Duration quiet = seen.hangs ? LONGEST_QUIET : failed.retryAfter();
            if (quiet != null) {
                seen.quietUntil = now.plus(quiet.compareTo(LONGEST_QUIET) < 0 ? quiet : LONGEST_QUIET);
            }
        } else if (outcome instanceof Outcome.Delivered) {
            boolean wasAway = seen.failures >= OUTAGE_FAILURES
                    && seen.failsSince != null
                    && !seen.failsSince.plus(OUTAGE).isAfter(now);
            seen.failures = 0;
            seen.failsSince = null;
            return wasAway;
        }
        return false;
    }

    private Seen seen(String peer) {
        return peers.computeIfAbsent(peer, unknown -> new Seen());
    }

    private static boolean isOver(Seen seen, Instant now) {
        return seen.quietUntil == null || !seen.quietUntil.isAfter(now);
    }
}

package io.aitbc.monitoring.session;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Where a session stands. */
public enum SessionState {
    /** It has no target yet. */
    PLANNED,
    /** Not all of its targets were scraped yet. */
    ARMING,
    /** All of its targets are scraped. */
    RUNNING,
    /** A window is over, and what was scraped last is waited for. */
    SETTLING,
    /** The last window was collected. */
    COLLECTED,
    /** The last window could not be collected. */
    FAILED,
    /** Nothing is scraped for it any more; its windows can still be collected. */
    STOPPED;

    /** What may come next. A target that is added arms anew; a further window settles anew; from STOPPED none leads away. */
    private static final Map<SessionState, Set<SessionState>> NEXT = Map.of(
            PLANNED, EnumSet.of(ARMING, SETTLING, FAILED, STOPPED),
            ARMING, EnumSet.of(PLANNED, RUNNING, SETTLING, FAILED, STOPPED),
            RUNNING, EnumSet.of(PLANNED, ARMING, SETTLING, FAILED, STOPPED),
            SETTLING, EnumSet.of(COLLECTED, FAILED, STOPPED),
            COLLECTED, EnumSet.of(ARMING, SETTLING, FAILED, STOPPED),
            FAILED, EnumSet.of(ARMING, SETTLING, COLLECTED, STOPPED),
            STOPPED, EnumSet.noneOf(SessionState.class));

    /** What may come after it. */
    public Set<SessionState> next() {
        return EnumSet.copyOf(NEXT.get(this));
    }

    /** Whether that state may come after it; every state may stay. */
    public boolean canBecome(SessionState state) {
        return state == this || next().contains(state);
    }
}

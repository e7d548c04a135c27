package io.aitbc.monitoring.proxy;

import java.util.HashMap;
import java.util.Map;

/** Bounds how much runs at a time, in all and for each key: one that hangs must not take every turn. Nobody waits. */
final class Turns {

    private final int most;
    private final int mostOfOne;
    private final Map<String, Integer> taken = new HashMap<>();
    private int total;

    Turns(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /** Takes a turn, to be given back; false when there is none. */
    synchronized boolean take(String key) {
        int own = taken.getOrDefault(key, 0);
        if (total >= most || own >= mostOfOne) {
            return false;
        }
        taken.put(key, own + 1);
        total++;
        return true;
    }

    synchronized void give(String key) {
        total--;
        taken.computeIfPresent(key, (same, own) -> own == 1 ? null : own - 1);
    }
}

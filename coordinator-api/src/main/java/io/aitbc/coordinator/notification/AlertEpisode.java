package io.aitbc.coordinator.notification;

import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;

/**
 * Which episode an alert of Alertmanager belongs to. An episode begins with its alert's {@code startsAt}; but that moves back when
 * Alertmanager hears of the same alert from a second Prometheus that has seen it sooner. So an alert that starts before one that is
 * open is that one. One that starts after it is another: the end of the first was lost, as it is for one that was silenced.
 *
 * @param key names it
 * @param isOver whether it was resolved
 */
record AlertEpisode(String key, boolean isOver) {

    private static final char COLON = ':';

    static String key(String fingerprint, Instant startsAt) {
        return fingerprint + COLON + startsAt;
    }

    /** The fingerprint within a key. */
    static String fingerprint(String key) {
        return key.substring(0, key.indexOf(COLON));
    }

    private static Instant start(String key) {
        return Instant.parse(key.substring(key.indexOf(COLON) + 1));
    }

    /** What is told, of the episode that it belongs to among those that are known of the same alert. */
    static Notification attach(Notification told, Collection<AlertEpisode> known) {
        if (known.stream().anyMatch(each -> each.key().equals(told.key()))) {
            return told;
        }
        Instant start = start(told.key());
        Comparator<AlertEpisode> byStart = Comparator.comparing(each -> start(each.key()));
        String later = known.stream()
                .filter(each -> !each.isOver() && start(each.key()).isAfter(start))
                .min(byStart)
                .map(AlertEpisode::key)
                .orElse(told.key());
        if (!later.equals(told.key()) || told.event() == EpisodeEvent.OPENED) {
            return told.ofEpisode(later);
        }
        // The alert is over, whenever it is now said to have begun.
        return told.ofEpisode(known.stream()
                .filter(each -> !each.isOver())
                .max(byStart)
                .map(AlertEpisode::key)
                .orElse(told.key()));
    }
}

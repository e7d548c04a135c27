package io.aitbc.coordinator.sla;

/** What became of an episode that is over. */
enum EpisodeStatus {
    RESOLVED,
    /** Maintenance explains it: it gives no credit. */
    EXCUSED
}

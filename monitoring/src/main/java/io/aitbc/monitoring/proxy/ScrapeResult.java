package io.aitbc.monitoring.proxy;

/** How a scrape through the proxy ended. */
enum ScrapeResult {
    /** The exporter's answer went through to its end. */
    PASSED,
    /** No such exporter is registered. */
    UNREGISTERED,
    /** It cannot be reached, or broke off. */
    AWAY,
    /** It took too long, or whoever asked took its answer too slowly. */
    SLOW,
    /** It answered with another status than 200. */
    STATUS,
    /** It said more than is let through. */
    TOO_LARGE,
    /** Too many scrapes run already. */
    BUSY,
    /** The caller hung up. */
    CALLER_GONE
}

package io.aitbc.service.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A token bucket per key, or per address for calls without one. */
final class RateLimits {

    private final int perSecond;
    private final int burst;
    private final Cache<String, Bucket> buckets = Caffeine.newBuilder()
            .maximumSize(200_000)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();

    RateLimits(ServiceSettings settings) {
        this.perSecond = settings.rateLimitPerSecond();
        this.burst = settings.rateLimitBurst();
    }

    /** Requests per second that one key may make; 0 is any number. */
    int perSecond() {
        return perSecond;
    }

    /**
     * Takes a token of somebody's bucket.
     *
     * @return how long to wait until there is one; zero when one was taken
     */
    Duration take(String who) {
        if (perSecond == 0) {
            return Duration.ZERO;
        }
        var probe = buckets.get(who, w -> newBucket()).tryConsumeAndReturnRemaining(1);
        return probe.isConsumed()
                ? Duration.ZERO
                : Duration.ofSeconds(1 + TimeUnit.NANOSECONDS.toSeconds(probe.getNanosToWaitForRefill()));
    }

    private Bucket newBucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1)))
                .build();
    }
}

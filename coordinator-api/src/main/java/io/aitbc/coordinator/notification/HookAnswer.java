package io.aitbc.coordinator.notification;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** What the head of a webhook's answer means. */
final class HookAnswer {

    private HookAnswer() {}

    /** 2xx is delivered; 408, 429 and 5xx may go better later; everything else never will, redirects included. */
    static Outcome outcome(int status, @Nullable String retryAfter, Instant now) {
        if (status / 100 == 2) {
            return new Outcome.Delivered();
        }
        String said = "The peer answered " + status + ".";
        if (status == 408 || status == 429 || status >= 500) {
            Duration wish = wish(retryAfter, now);
            return status == 429 && wish != null
                    ? Outcome.Failed.throttled(said, wish)
                    : new Outcome.Failed(said, wish);
        }
        return new Outcome.Refused(status / 100 == 3 ? said + " Redirects are not followed; name the last URL." : said);
    }

    /** {@code Retry-After} in seconds, also with the fractions that Discord sends, or as a date; null when it is neither. */
    static @Nullable Duration wish(@Nullable String retryAfter, Instant now) {
        String text = retryAfter == null ? "" : retryAfter.strip();
        if (text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
            return Duration.ofMillis((long) Math.ceil(Double.parseDouble(text) * 1_000));
        }
        try {
            Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return at.isAfter(now) ? Duration.between(now, at) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }
}

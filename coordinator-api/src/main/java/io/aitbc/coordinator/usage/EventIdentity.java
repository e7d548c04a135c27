package io.aitbc.coordinator.usage;

import io.aitbc.coordinator.pricing.Outcome;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Under which key an event is known, and the hash of what it says. Both are stored for ever: how they are made may never
 * change, or events sent again after an upgrade would count twice. Not safe for use by several threads.
 */
final class EventIdentity {

    private final MessageDigest sha256;
    private final StringBuilder text = new StringBuilder(512);

    EventIdentity() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** The first 128 bits of SHA-256 over the source, a NUL (which no source holds) and the event id. */
    UUID key(String source, String eventId) {
        ByteBuffer hash = hash(source + '\0' + eventId);
        return new UUID(hash.getLong(), hash.getLong());
    }

    /** The first 64 bits of SHA-256 over everything that the draft says, numbers and metadata in canonical form. */
    long content(EventDraft draft, String resourceType, Instant occurredAt) {
        text.setLength(0);
        add(draft.tenantId);
        add(resourceType);
        add(draft.quantity);
        add(draft.unitPrice);
        add(draft.currency);
        add(draft.jobId);
        add(draft.attempt);
        add(draft.minerId);
        add(draft.gpuUuid);
        add(occurredAt);
        add(draft.periodStart);
        add(draft.periodEnd);
        add(draft.reverses);
        add(draft.metadata == null ? null : draft.metadata.json());
        add(draft.totalAmount == null ? null : Numbers.rounded(draft.totalAmount));
        // What events did not use to say is added only where it is said: all others keep the hash they have always had.
        Outcome outcome = Outcomes.ofSent(draft.outcome);
        if (draft.gpuModel != null || outcome != null) {
            add(draft.gpuModel);
            add(outcome == null ? null : outcome.name());
        }
        return hash(text.toString()).getLong();
    }

    /** A key for something without an id, made of its own text. */
    UUID fingerprint(String payload) {
        ByteBuffer hash = hash(payload);
        return new UUID(hash.getLong(), hash.getLong());
    }

    private ByteBuffer hash(String said) {
        return ByteBuffer.wrap(sha256.digest(said.getBytes(StandardCharsets.UTF_8)));
    }

    /** Each value with its length before it, so that no two different events read the same. */
    private void add(@Nullable Object value) {
        if (value == null) {
            text.append('-');
            return;
        }
        String said;
        if (value instanceof BigDecimal number) {
            said = number.stripTrailingZeros().toPlainString();
        } else if (value instanceof Instant time) {
            said = Long.toString(Times.micros(time));
        } else {
            said = value.toString();
        }
        text.append(said.length()).append(':').append(said);
    }
}

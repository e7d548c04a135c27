package io.aitbc.coordinator.usage;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event as it was sent, before any rule was asked: fields as far as they could be read, and the first fault met while
 * reading. Filled by {@link EventReader}, one field after the other, and not changed after that.
 */
final class EventDraft {

    private static final int LONGEST_PAYLOAD = 64 * 1024;

    final int index;
    private final byte[] body;
    private int start;
    private int end;

    @Nullable
    String eventId;

    @Nullable
    String source;

    @Nullable
    String tenantId;

    @Nullable
    String resourceType;

    @Nullable
    String eventType;

    @Nullable
    String unit;

    @Nullable
    BigDecimal quantity;

    @Nullable
    BigDecimal unitPrice;

    @Nullable
    BigDecimal totalAmount;

    @Nullable
    String currency;

    @Nullable
    String jobId;

    @Nullable
    Integer attempt;

    @Nullable
    String minerId;

    @Nullable
    String gpuUuid;

    @Nullable
    Integer gpuCount;

    @Nullable
    String gpuModel;

    @Nullable
    String outcome;

    @Nullable
    Instant occurredAt;

    @Nullable
    Instant timestamp;

    @Nullable
    Instant periodStart;

    @Nullable
    Instant periodEnd;

    @Nullable
    String reverses;

    @Nullable
    Metadata metadata;

    @Nullable
    Rejection fault;

    EventDraft(int index, byte[] body, int start, int end) {
        this.index = index;
        this.body = body;
        this.start = start;
        this.end = end;
    }

    void endsAt(int offset) {
        end = offset;
    }

    /** Keeps the first fault: later ones are often only its consequences. */
    void fault(RejectionCode code, String detail) {
        if (fault == null) {
            fault = new Rejection(code, detail);
        }
    }

    String sourceOrDefault() {
        return source == null ? "default" : source;
    }

    /** What was sent, as text; a NUL is shown as U+FFFD, and what goes beyond 64 KiB is cut off. */
    String payload() {
        int length = Math.min(end - start, LONGEST_PAYLOAD);
        return new String(body, start, length, StandardCharsets.UTF_8).replace('\0', '\uFFFD');
    }

    boolean payloadIsWhole() {
        return end - start <= LONGEST_PAYLOAD;
    }
}

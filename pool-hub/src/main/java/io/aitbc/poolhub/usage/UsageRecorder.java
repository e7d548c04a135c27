package io.aitbc.poolhub.usage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.f4b6a3.uuid.UuidCreator;
import io.aitbc.service.audit.AuditLog;
import io.aitbc.service.security.Caller;
import io.aitbc.service.web.Problem;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Takes usage that a caller states itself, durably, whether the coordinator is there or not. */
@Service
class UsageRecorder {

    private static final UUID NAMESPACE = UUID.nameUUIDFromBytes("usage-record".getBytes(StandardCharsets.UTF_8));
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);
    private static final int LONGEST_METADATA = 16 * 1024;
    private static final Duration OLDEST = Duration.ofDays(400);

    private final UsageEvents events;
    private final Outbox outbox;
    private final AuditLog audit;
    private final ObjectMapper json;
    private final Clock clock;

    UsageRecorder(UsageEvents events, Outbox outbox, AuditLog audit, ObjectMapper json, Clock clock) {
        this.events = events;
        this.outbox = outbox;
        this.audit = audit;
        this.json = json;
        this.clock = clock;
    }

    /**
     * Queues one event.
     *
     * @param idempotencyKey names the event, so that the same call again is the same event; null draws an id
     * @return the event's id
     */
    @Transactional
    public UUID record(Caller caller, UsageRecord said, @Nullable String idempotencyKey) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Instant occurredAt = said.occurredAt() == null ? now : said.occurredAt().truncatedTo(ChronoUnit.MICROS);
        check(said, occurredAt, now);
        UUID id = id(said, idempotencyKey);
        String tenant = Objects.requireNonNull(said.tenantId());
        String resource = Objects.requireNonNull(said.resourceType());
        BigDecimal quantity = Objects.requireNonNull(said.quantity());
        UsageFact fact = new UsageFact(
                id,
                tenant,
                said.minerId(),
                said.jobId(),
                resource,
                quantity,
                said.unitPrice(),
                occurredAt,
                micros(said.periodStart()),
                micros(said.periodEnd()),
                withoutNulls(said.metadata()),
                "api");
        metadata(fact.metadata());
        if (events.record(List.of(fact)) == 1) {
            audit.record(caller, "usage.record", id.toString(), null, fact);
        } else if (!outbox.known(id).map(known -> isSame(known, fact, said)).orElse(true)) {
            throw Problem.conflict("event-known", "This id names another event already; choose another.");
        }
        return id;
    }

    /** Whether the known event says what this one says; a time that was left out is the time of the first call. */
    private boolean isSame(PendingEvent known, UsageFact fact, UsageRecord said) {
        return known.tenantId().equals(fact.tenantId())
                && known.resourceType().equals(fact.resourceType())
                && known.quantity().compareTo(fact.quantity()) == 0
                && isSame(known.unitPrice(), fact.unitPrice())
                && Objects.equals(known.jobId(), fact.jobId())
                && Objects.equals(known.minerId(), fact.minerId())
                && (said.occurredAt() == null || known.occurredAt().equals(fact.occurredAt()))
                && Objects.equals(known.periodStart(), fact.periodStart())
                && Objects.equals(known.periodEnd(), fact.periodEnd())
                && outbox.isSameJson(known.metadata(), metadata(fact.metadata()));
    }

    private static boolean isSame(@Nullable BigDecimal one, @Nullable BigDecimal other) {
        return one == null || other == null ? one == other : one.compareTo(other) == 0;
    }

    /** As JSON, which must have a size that the coordinator takes as well. */
    private String metadata(Map<String, Object> metadata) {
        String text = null;
        try {
            text = json.writeValueAsString(metadata);
        } catch (JsonProcessingException e) {
            // A number with an exponent that would fill the memory, for example.
        }
        if (text == null || text.length() > LONGEST_METADATA) {
            throw Problem.unprocessable(
                    "bad-metadata", "metadata must be JSON of at most " + LONGEST_METADATA + " characters.");
        }
        return text;
    }

    private static @Nullable Instant micros(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MICROS);
    }

    private static UUID id(UsageRecord said, @Nullable String idempotencyKey) {
        if (said.eventId() != null) {
            return said.eventId();
        }
        return idempotencyKey == null
                ? UuidCreator.getTimeOrderedEpoch()
                : UuidCreator.getNameBasedSha1(NAMESPACE, idempotencyKey);
    }

    private static void check(UsageRecord said, Instant occurredAt, Instant now) {
        if (occurredAt.isAfter(now.plus(CLOCK_TOLERANCE))) {
            throw Problem.unprocessable("bad-times", "occurred_at is more than 5 minutes ahead; check the clock.");
        }
        if (occurredAt.isBefore(now.minus(OLDEST))) {
            throw Problem.unprocessable("bad-times", "occurred_at is more than 400 days ago.");
        }
        for (Instant bound : new Instant[] {said.periodStart(), said.periodEnd()}) {
            if (bound != null && (bound.isAfter(now.plus(CLOCK_TOLERANCE)) || bound.isBefore(now.minus(OLDEST)))) {
                throw Problem.unprocessable("bad-times", "The period must lie within the last 400 days.");
            }
        }
        if (said.periodStart() != null
                && said.periodEnd() != null
                && said.periodEnd().isBefore(said.periodStart())) {
            throw Problem.unprocessable("bad-times", "period_end must not be before period_start.");
        }
    }

    private static Map<String, Object> withoutNulls(@Nullable Map<String, Object> metadata) {
        Map<String, Object> kept = metadata == null ? new HashMap<>() : new HashMap<>(metadata);
        kept.values().removeIf(Objects::isNull);
        return kept;
    }
}

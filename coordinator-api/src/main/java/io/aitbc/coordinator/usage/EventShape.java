package io.aitbc.coordinator.usage;

import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an event looks like, for the API description; {@link FieldReader} reads it. */
@Schema(name = "UsageEvent")
record EventShape(
        @Schema(
                description = "unique per source, for ever; required, unless there is an Idempotency-Key",
                maxLength = 128)
        @Nullable
        String eventId,

        @Schema(description = "who sends it; 'default' when left out", maxLength = 64) @Nullable
        String source,

        @Schema(requiredMode = Schema.RequiredMode.REQUIRED, maxLength = 64)
        String tenantId,

        @Schema(description = "such as gpu_hours; required, unless event_type says it", maxLength = 32) @Nullable
        String resourceType,

        @Schema(maxLength = 32) @Nullable String eventType,

        @Schema(description = "the resource type's, if given", maxLength = 16) @Nullable
        String unit,

        @Schema(
                description =
                        "how much was used, in the resource type's unit: at most 12 digits before the point and 8 after it;"
                                + " required, but with reverses: then it may be left out, or be minus what is taken back")
        @Nullable
        BigDecimal quantity,

        @Schema(description = "wins over the price book; 0 is a price") @Nullable
        BigDecimal unitPrice,

        @Schema(description = "checked against quantity × unit_price") @Nullable
        BigDecimal totalAmount,

        @Schema(description = "the tenant's, if given") @Nullable
        String currency,

        @Nullable String jobId,
        @Nullable Integer attempt,
        @Nullable String minerId,
        @Nullable String gpuUuid,

        @Schema(description = "devices that the quantity was used on; metadata.gpu_count is read when it is left out")
        @Nullable
        Integer gpuCount,

        @Schema(
                description =
                        "decides the price where the plan has one for it; metadata.gpu_model is read when it is left out",
                maxLength = 96)
        @Nullable
        String gpuModel,

        @Schema(
                description = "how the work ended; the price plan says which of these are not billed",
                allowableValues = {"completed", "provider_fault", "user_error", "preempted"})
        @Nullable
        String outcome,

        @Schema(
                description =
                        "when it was used, ISO 8601 with a zone: decides the price and the invoice; required, unless"
                                + " timestamp says it")
        @Nullable
        Instant occurredAt,

        @Nullable Instant timestamp,
        @Nullable Instant periodStart,
        @Nullable Instant periodEnd,

        @Schema(
                description =
                        "id of the event of this source that this one takes back as a whole; its times, model, outcome, job and"
                                + " miner are that event's, whatever is sent")
        @Nullable
        String reverses,

        @Schema(description = "at most 16 KiB") @Nullable Map<String, Object> metadata) {}

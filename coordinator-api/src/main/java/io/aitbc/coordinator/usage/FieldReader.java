package io.aitbc.coordinator.usage;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Reads the fields of one event into a draft. Unknown fields are ignored; a null counts as left out. */
final class FieldReader {

    private final JsonParser parser;
    private final EventDraft draft;

    private FieldReader(JsonParser parser, EventDraft draft) {
        this.parser = parser;
        this.draft = draft;
    }

    /** Reads from the start of an object to its end, also when fields are at fault. */
    static void read(JsonParser parser, EventDraft draft) throws IOException {
        FieldReader reader = new FieldReader(parser, draft);
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_NULL) {
                continue;
            }
            reader.field(name);
        }
    }

    private void field(String name) throws IOException {
        switch (name) {
            case "event_id" -> draft.eventId = text(name, draft.eventId, 128);
            case "source" -> draft.source = text(name, draft.source, 64);
            case "tenant_id" -> draft.tenantId = text(name, draft.tenantId, 64);
            case "resource_type" -> draft.resourceType = text(name, draft.resourceType, 32);
            case "event_type" -> draft.eventType = text(name, draft.eventType, 32);
            case "unit" -> draft.unit = text(name, draft.unit, 16);
            case "quantity" -> draft.quantity = number(name, draft.quantity);
            case "unit_price" -> draft.unitPrice = number(name, draft.unitPrice);
            case "total_amount" -> draft.totalAmount = number(name, draft.totalAmount);
            case "currency" -> draft.currency = text(name, draft.currency, 3);
            case "job_id" -> draft.jobId = text(name, draft.jobId, 128);
            case "attempt" -> draft.attempt = whole(name, draft.attempt);
            case "miner_id" -> draft.minerId = text(name, draft.minerId, 64);
            case "gpu_uuid" -> draft.gpuUuid = text(name, draft.gpuUuid, 96);
            case "gpu_count" -> draft.gpuCount = whole(name, draft.gpuCount);
            case "gpu_model" -> draft.gpuModel = text(name, draft.gpuModel, 96);
            case "outcome" -> draft.outcome = text(name, draft.outcome, 32);
            case "occurred_at" -> draft.occurredAt = time(name, draft.occurredAt);
            case "timestamp" -> draft.timestamp = time(name, draft.timestamp);
            case "period_start" -> draft.periodStart = time(name, draft.periodStart);
            case "period_end" -> draft.periodEnd = time(name, draft.periodEnd);
            case "reverses" -> draft.reverses = text(name, draft.reverses, 128);
            case "metadata" -> draft.metadata = metadata(name, draft.metadata);
            default -> parser.skipChildren();
        }
    }

    private @Nullable String text(String name, @Nullable String before, int longest) throws IOException {
        once(name, before);
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            return wrong(name, "must be text");
        }
        String text = parser.getText();
        if (text.isEmpty() || text.length() > longest) {
            return wrong(name, "must have 1 to " + longest + " characters");
        }
        if (!Texts.isStorable(text)) {
            return wrong(name, "holds a NUL or half a surrogate pair, which cannot be stored");
        }
        return text;
    }

    private @Nullable BigDecimal number(String name, @Nullable BigDecimal before) throws IOException {
        once(name, before);
        BigDecimal value = parser.currentToken().isNumeric() || parser.currentToken() == JsonToken.VALUE_STRING
                ? Numbers.parse(parser.getText())
                : null;
        return value == null ? wrong(name, "must be a decimal number of at most 64 characters") : value;
    }

    private @Nullable Integer whole(String name, @Nullable Integer before) throws IOException {
        once(name, before);
        Integer value = parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? Numbers.whole(parser.getText()) : null;
        return value == null || value < 0 ? wrong(name, "must be a whole number from 0 to 999999999") : value;
    }

    private @Nullable Instant time(String name, @Nullable Instant before) throws IOException {
        once(name, before);
        Instant value = parser.currentToken() == JsonToken.VALUE_STRING ? Times.parse(parser.getText()) : null;
        return value == null ? wrong(name, "must be an ISO-8601 time with zone, such as 2026-04-22T15:00:00Z") : value;
    }

    private @Nullable Metadata metadata(String name, @Nullable Metadata before) throws IOException {
        once(name, before);
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            return wrong(name, "must be an object");
        }
        int depth = parser.getParsingContext().getNestingDepth();
        try {
            return Metadata.read(parser);
        } catch (Metadata.Unusable e) {
            // Leave the object that could not be kept, so that the fields behind it are read.
            while (parser.getParsingContext().getNestingDepth() >= depth && parser.nextToken() != null) {
                parser.skipChildren();
            }
            draft.fault(RejectionCode.BAD_FIELD, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private void once(String name, @Nullable Object before) {
        if (before != null) {
            draft.fault(RejectionCode.BAD_FIELD, name + " is there twice.");
        }
    }

    private <T> @Nullable T wrong(String name, String how) throws IOException {
        parser.skipChildren();
        draft.fault(RejectionCode.BAD_FIELD, name + " " + how + ".");
        return null;
    }
}

package io.aitbc.coordinator.usage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.aitbc.service.web.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the events of a request without building a tree. One event that cannot be read becomes a draft with a fault;
 * only an envelope that cannot be read, or holds too many events, refuses the request.
 */
final class EventReader {

    /** The most events that one request may hold. */
    static final int MOST_EVENTS = 10_000;

    // Long numbers, and NaN, are faults of one event, which the field reader names; they must not stop the parser.
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private EventReader() {}

    /**
     * What a JSON request holds.
     *
     * @param single whether it is one event rather than an array
     */
    record Batch(boolean single, List<EventDraft> drafts) {}

    /**
     * One event, or an array of them.
     *
     * @throws Problem 400 when the body is not JSON in UTF-8, or neither of both; 413 over 10,000 events
     */
    static Batch json(byte[] body) {
        try (JsonParser parser = JSON.createParser(body)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.START_OBJECT) {
                EventDraft draft = new EventDraft(0, body, offset(parser, true), body.length);
                FieldReader.read(parser, draft);
                requireEnd(parser);
                return new Batch(true, List.of(draft));
            }
            if (first != JsonToken.START_ARRAY) {
                throw Problem.badRequest(
                        "malformed-json", "The body must be one event or an array of events, as JSON.");
            }
            List<EventDraft> drafts = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                requireRoom(drafts.size());
                drafts.add(element(parser, body, drafts.size()));
            }
            requireEnd(parser);
            return new Batch(false, drafts);
        } catch (JsonProcessingException e) {
            throw Problem.badRequest("malformed-json", "The body is not JSON: " + where(e));
        } catch (IOException e) {
            throw Problem.badRequest("malformed-json", "The body is not JSON in UTF-8.");
        }
    }

    /**
     * One event per line; a line that is not JSON is a fault of that line only.
     *
     * @throws Problem 413 over 10,000 events
     */
    static List<EventDraft> lines(byte[] body) {
        List<EventDraft> drafts = new ArrayList<>();
        int start = 0;
        while (start < body.length) {
            int end = start;
            while (end < body.length && body[end] != '\n') {
                end++;
            }
            if (!isBlank(body, start, end)) {
                requireRoom(drafts.size());
                drafts.add(line(body, start, end, drafts.size()));
            }
            start = end + 1;
        }
        return drafts;
    }

    /** One event that was kept from an earlier request. */
    static EventDraft one(byte[] body, int index) {
        return line(body, 0, body.length, index);
    }

    private static EventDraft element(JsonParser parser, byte[] body, int index) throws IOException {
        EventDraft draft = new EventDraft(index, body, offset(parser, true), body.length);
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            FieldReader.read(parser, draft);
        } else {
            parser.skipChildren();
            parser.finishToken();
            draft.fault(RejectionCode.MALFORMED, "An event must be a JSON object.");
        }
        draft.endsAt(offset(parser, false));
        return draft;
    }

    private static EventDraft line(byte[] body, int start, int end, int index) {
        EventDraft draft = new EventDraft(index, body, start, end);
        try (JsonParser parser = JSON.createParser(body, start, end - start)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                FieldReader.read(parser, draft);
                if (parser.nextToken() != null) {
                    draft.fault(RejectionCode.MALFORMED, "A line must hold one JSON object and nothing else.");
                }
            } else {
                draft.fault(RejectionCode.MALFORMED, "A line must be a JSON object.");
            }
        } catch (JsonProcessingException e) {
            // What was read before the break is not to be trusted with another fault's name.
            draft.fault = new Rejection(RejectionCode.MALFORMED, "The line is not JSON: " + where(e));
        } catch (IOException e) {
            draft.fault = new Rejection(RejectionCode.MALFORMED, "The line is not JSON in UTF-8.");
        }
        return draft;
    }

    private static int offset(JsonParser parser, boolean ofToken) {
        long offset = (ofToken ? parser.currentTokenLocation() : parser.currentLocation()).getByteOffset();
        if (offset < 0) {
            throw Problem.badRequest("malformed-json", "The body must be JSON in UTF-8.");
        }
        return (int) offset;
    }

    private static void requireRoom(int already) {
        if (already >= MOST_EVENTS) {
            throw Problem.tooLarge(
                    "too-many-events",
                    "One request takes at most " + MOST_EVENTS
                            + " events; send the rest in another. Nothing was stored.");
        }
    }

    private static void requireEnd(JsonParser parser) throws IOException {
        if (parser.nextToken() != null) {
            throw Problem.badRequest("malformed-json", "Something follows the end of the JSON value.");
        }
    }

    private static boolean isBlank(byte[] body, int start, int end) {
        for (int i = start; i < end; i++) {
            if (body[i] != ' ' && body[i] != '\r' && body[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    /** Where it broke, without the body's own words: those may be anything. */
    private static String where(JsonProcessingException e) {
        return e.getLocation() == null
                ? "it breaks off."
                : "it breaks at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ".";
    }
}

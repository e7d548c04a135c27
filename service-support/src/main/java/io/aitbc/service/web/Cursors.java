package io.aitbc.service.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/** Opaque places in a list: the sort key of the last row seen. */
public final class Cursors {

    private static final Instant LAST = Instant.parse("9999-01-01T00:00:00Z");
    private static final String SEPARATOR = "\u001f";

    private Cursors() {}

    /** A cursor that holds these parts. */
    public static String encode(String... parts) {
        byte[] bytes = String.join(SEPARATOR, parts).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * The parts of a cursor.
     *
     * @throws Problem 400 when it is not one that {@link #encode} made
     */
    public static List<String> decode(String cursor, int parts) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            List<String> found = List.of(text.split(SEPARATOR, -1));
            if (found.size() == parts && text.indexOf('\0') < 0) {
                return found;
            }
        } catch (IllegalArgumentException | CharacterCodingException e) {
            // Answered below, like every other cursor that is not ours.
        }
        throw badCursor();
    }

    /**
     * A part that is a time which the database can keep.
     *
     * @throws Problem 400 when it is none
     */
    public static Instant time(String part) {
        try {
            Instant at = Instant.parse(part);
            if (!at.isBefore(Instant.EPOCH) && !at.isAfter(LAST)) {
                return at;
            }
        } catch (DateTimeException e) {
            // Answered below, like a time beyond all rows.
        }
        throw badCursor();
    }

    /**
     * A part that is a UUID.
     *
     * @throws Problem 400 when it is none
     */
    public static UUID id(String part) {
        try {
            return UUID.fromString(part);
        } catch (IllegalArgumentException e) {
            throw badCursor();
        }
    }

    /** The refusal of a cursor whose parts do not parse. */
    public static Problem badCursor() {
        return Problem.badRequest("bad-cursor", "cursor is not one that this list gave; start without it.");
    }
}

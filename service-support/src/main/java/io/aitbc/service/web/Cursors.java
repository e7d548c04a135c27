package io.aitbc.service.web;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Opaque places in a list: the sort key of the last row seen. */
public final class Cursors {

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

    /** The refusal of a cursor whose parts do not parse. */
    public static Problem badCursor() {
        return Problem.badRequest("bad-cursor", "cursor is not one that this list gave; start without it.");
    }
}

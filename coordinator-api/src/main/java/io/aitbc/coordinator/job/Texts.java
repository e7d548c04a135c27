package io.aitbc.coordinator.job;

import java.nio.charset.StandardCharsets;

/** What PostgreSQL can keep as text. */
final class Texts {

    private Texts() {}

    /** False when the text holds a NUL or half a surrogate pair. */
    static boolean isStorable(String text) {
        return text.indexOf('\0') < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}

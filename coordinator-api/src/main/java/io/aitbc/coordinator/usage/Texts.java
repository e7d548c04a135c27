package io.aitbc.coordinator.usage;

/** What PostgreSQL can keep as text. */
final class Texts {

    private Texts() {}

    /** False when the text holds a NUL or half a surrogate pair: neither can be written as UTF-8 text. */
    static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }
}

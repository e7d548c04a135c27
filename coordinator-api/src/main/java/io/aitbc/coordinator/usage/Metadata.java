package io.aitbc.coordinator.usage;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The free part of an event, in one canonical form: names sorted, no blanks, so that a producer that writes them in
 * another order the second time has not said anything else.
 *
 * @param json at most 16 KiB
 * @param gpuCount the whole number under {@code gpu_count}, if there is one
 * @param gpuModel the text of at most 96 characters under {@code gpu_model}, if there is one
 */
record Metadata(
        String json, @Nullable Integer gpuCount, @Nullable String gpuModel) {

    private static final int LONGEST = 16 * 1024;
    private static final int DEEPEST = 16;
    private static final int LONGEST_MODEL = 96;

    /** Metadata that cannot be kept; the message says why. */
    static final class Unusable extends Exception {

        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message, null, false, false);
        }
    }

    /** Reads the object that the parser stands at; on failure the parser stands somewhere inside it. */
    static Metadata read(JsonParser parser) throws IOException, Unusable {
        Writer writer = new Writer();
        String json = writer.object(parser, 0);
        return new Metadata(json, writer.gpuCount, writer.gpuModel);
    }

    private static final class Writer {

        private @Nullable Integer gpuCount;
        private @Nullable String gpuModel;
        private int length;

        String object(JsonParser parser, int depth) throws IOException, Unusable {
            check(depth < DEEPEST, "is nested deeper than " + DEEPEST + " levels");
            Map<String, String> members = new TreeMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = text(parser.currentName());
                parser.nextToken();
                if (depth == 0 && name.equals("\"gpu_count\"") && parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
                    gpuCount = Numbers.whole(parser.getText());
                }
                if (depth == 0 && name.equals("\"gpu_model\"") && parser.currentToken() == JsonToken.VALUE_STRING) {
                    String model = parser.getText();
                    gpuModel = model.isEmpty() || model.length() > LONGEST_MODEL ? null : model;
                }
                check(members.put(name, value(parser, depth)) == null, "names " + name + " twice");
            }
            StringBuilder out = new StringBuilder("{");
            members.forEach((name, value) -> {
                out.append(out.length() > 1 ? "," : "").append(name).append(':').append(value);
            });
            return out.append('}').toString();
        }

        private String array(JsonParser parser, int depth) throws IOException, Unusable {
            check(depth < DEEPEST, "is nested deeper than " + DEEPEST + " levels");
            StringBuilder out = new StringBuilder("[");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                out.append(out.length() > 1 ? "," : "").append(value(parser, depth));
            }
            return out.append(']').toString();
        }

        private String value(JsonParser parser, int depth) throws IOException, Unusable {
            return switch (parser.currentToken()) {
                case START_OBJECT -> object(parser, depth + 1);
                case START_ARRAY -> array(parser, depth + 1);
                case VALUE_STRING -> text(parser.getText());
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
                case VALUE_TRUE -> counted("true");
                case VALUE_FALSE -> counted("false");
                default -> counted("null");
            };
        }

        private String number(String text) throws Unusable {
            check(Numbers.isStorable(text), "holds a number that cannot be stored");
            return counted(text);
        }

        private String text(String text) throws Unusable {
            check(Texts.isStorable(text), "holds text that cannot be stored: a NUL or half a surrogate pair");
            check(text.length() <= LONGEST, "is longer than " + LONGEST + " characters");
            return counted('"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"');
        }

        private String counted(String piece) throws Unusable {
            length += piece.length() + 1;
            check(length <= LONGEST, "is longer than " + LONGEST + " characters");
            return piece;
        }

        private static void check(boolean condition, String otherwise) throws Unusable {
            if (!condition) {
                throw new Unusable("metadata " + otherwise + ".");
            }
        }
    }
}

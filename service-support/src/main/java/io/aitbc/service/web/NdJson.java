package io.aitbc.service.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Newline-delimited JSON: one object per line, each good or bad for itself. */
public final class NdJson {

    /**
     * One line that was not blank.
     *
     * @param number counted from 1, blank lines included
     * @param value what it says, null when it cannot be read
     * @param error why it cannot be read, null when it can
     */
    public record Line<T>(
            int number, @Nullable T value, @Nullable String error) {}

    private NdJson() {}

    /**
     * Reads all lines.
     *
     * @throws Problem 413 at the first line over {@code maxLines}
     */
    public static <T> void read(
            InputStream body, ObjectMapper json, Class<T> type, int maxLines, Consumer<Line<T>> lines)
            throws IOException {
        ObjectReader reader = json.readerFor(type);
        BufferedReader in = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        int number = 0;
        int taken = 0;
        for (String text = in.readLine(); text != null; text = in.readLine()) {
            number++;
            if (text.isBlank()) {
                continue;
            }
            if (++taken > maxLines) {
                throw Problem.tooLarge(
                        "too-many-lines", "One call takes at most " + maxLines + " lines; send the rest in another.");
            }
            lines.accept(parse(reader, number, text));
        }
    }

    private static <T> Line<T> parse(ObjectReader reader, int number, String text) {
        try {
            @Nullable T value = reader.readValue(text);
            return value == null
                    ? new Line<>(number, null, "The line is null; it must be an object.")
                    : new Line<>(number, value, null);
        } catch (JsonProcessingException e) {
            String reason =
                    e.getOriginalMessage().replaceAll("\\(.*|[\\r\\n].*", "").strip();
            return new Line<>(number, null, "Not readable: " + reason);
        }
    }
}

package io.aitbc.monitoring.cli;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a time with its zone, and says which of both is missing. */
final class Time implements ITypeConverter<OffsetDateTime> {

    @Override
    public OffsetDateTime convert(String text) {
        try {
            return OffsetDateTime.parse(text);
        } catch (DateTimeException e) {
            throw new TypeConversionException(
                    hasNoZone(text)
                            ? "'" + text + "' has no zone; add Z for UTC, as in " + text + "Z, or one such as +01:00"
                            : "'" + text + "' is no time with a zone, such as 2026-01-01T10:00:00Z");
        }
    }

    private static boolean hasNoZone(String text) {
        try {
            LocalDateTime.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}

package io.aitbc.coordinator.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class TimesTest {

    @Property
    void whatTheFastWayReadsIsWhatTheLibraryReads(
            @ForAll @LongRange(min = -62135596800L, max = 253402214400L) long seconds,
            @ForAll @IntRange(max = 999_999_999) int nanos) {
        Instant time = Instant.ofEpochSecond(seconds, nanos);
        if (time.isBefore(Instant.parse("9999-12-31T00:00:00Z"))) {
            assertThat(Times.parse(time.toString())).isEqualTo(time.truncatedTo(ChronoUnit.MICROS));
        }
    }

    @Example
    void zonesAndFractionsOfAnyLengthAreRead() {
        Instant noon = Instant.parse("2026-04-22T12:00:00Z");
        assertThat(Times.parse("2026-04-22T14:00:00+02:00")).isEqualTo(noon);
        assertThat(Times.parse("2026-04-22T12:00Z")).isEqualTo(noon);
        assertThat(Times.parse("2026-04-22T12:00:00.1Z")).isEqualTo(noon.plusMillis(100));
        assertThat(Times.parse("2026-04-22T12:00:00.123456789Z")).isEqualTo(noon.plusNanos(123_456_000));
    }

    @Example
    void theLastInstantOfAMonthStaysInIt() {
        assertThat(Times.parse("2026-03-31T23:59:59.999999999Z"))
                .isEqualTo(Instant.parse("2026-03-31T23:59:59.999999Z"));
    }

    @Example
    void whatIsNoTimeIsNone() {
        for (String text : new String[] {
            "",
            "now",
            "2026-04-22",
            "2026-04-22T12:00:00",
            "2026-02-29T12:00:00Z",
            "2026-04-22T24:00:00Z",
            "2026-04-22T12:60:00Z",
            "2026-04-22T12:00:60Z",
            "2026-04-22T12:00:00.1x3Z",
            "2026-04-22 12:00:00Z",
            "٢٠٢٦-04-22T12:00:00Z",
            "+12026-04-22T12:00:00Z",
            "0000-01-01T00:00:00Z",
            "-999999999-01-01T00:00:00Z"
        }) {
            assertThat(Times.parse(text)).as(text).isNull();
        }
    }
}

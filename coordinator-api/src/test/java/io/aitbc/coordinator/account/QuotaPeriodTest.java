package io.aitbc.coordinator.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From when to when a quota is meant. */
class QuotaPeriodTest {

    @ParameterizedTest
    @CsvSource({
        "DAY, UTC, 2026-04-22T12:00:00Z, 2026-04-22T00:00:00Z, 2026-04-23T00:00:00Z",
        "DAY, Asia/Kolkata, 2026-04-22T18:30:00Z, 2026-04-22T18:30:00Z, 2026-04-23T18:30:00Z",
        "DAY, Asia/Kolkata, 2026-04-22T18:29:59.999999Z, 2026-04-21T18:30:00Z, 2026-04-22T18:30:00Z",
        // 23 and 25 hours in New York, 23.5 and 24.5 on Lord Howe.
        "DAY, America/New_York, 2026-03-08T12:00:00Z, 2026-03-08T05:00:00Z, 2026-03-09T04:00:00Z",
        "DAY, America/New_York, 2026-11-01T12:00:00Z, 2026-11-01T04:00:00Z, 2026-11-02T05:00:00Z",
        "DAY, Australia/Lord_Howe, 2026-04-04T20:00:00Z, 2026-04-04T13:00:00Z, 2026-04-05T13:30:00Z",
        // Midnight does not exist there on that day.
        "DAY, America/Asuncion, 2024-10-06T12:00:00Z, 2024-10-06T04:00:00Z, 2024-10-07T03:00:00Z",
        "MONTH, UTC, 2024-02-29T23:59:59.999999Z, 2024-02-01T00:00:00Z, 2024-03-01T00:00:00Z",
        "MONTH, America/New_York, 2026-03-20T00:00:00Z, 2026-03-01T05:00:00Z, 2026-04-01T04:00:00Z",
        "MONTH, Asia/Kolkata, 2026-03-31T18:30:00Z, 2026-03-31T18:30:00Z, 2026-04-30T18:30:00Z",
    })
    void dayAndMonthAreTheTenants(QuotaPeriod period, ZoneId zone, Instant at, Instant start, Instant end) {
        assertThat(period.around(at, zone)).isEqualTo(new QuotaPeriod.Bounds(start, end));
    }

    @Test
    void totalNeverEnds() {
        assertThat(QuotaPeriod.TOTAL.around(Instant.parse("2026-04-22T12:00:00Z"), ZoneId.of("UTC")))
                .isEqualTo(new QuotaPeriod.Bounds(Instant.EPOCH, null));
    }

    @ParameterizedTest
    @CsvSource({"UTC", "Asia/Kolkata", "Australia/Lord_Howe", "America/New_York"})
    void everyInstantOfAYearIsInExactlyOneDay(ZoneId zone) {
        Instant at = Instant.parse("2025-12-31T00:00:00Z");
        QuotaPeriod.Bounds day = QuotaPeriod.DAY.around(at, zone);
        for (int i = 0; i < 367 * 48; i++) {
            at = at.plus(Duration.ofMinutes(30));
            QuotaPeriod.Bounds next = QuotaPeriod.DAY.around(at, zone);
            assertThat(next.start().isAfter(at)).isFalse();
            assertThat(at.isBefore(next.end())).isTrue();
            if (!next.equals(day)) {
                assertThat(next.start()).isEqualTo(day.end());
                day = next;
            }
        }
    }
}

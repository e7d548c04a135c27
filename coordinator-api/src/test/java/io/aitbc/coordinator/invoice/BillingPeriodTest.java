package io.aitbc.coordinator.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.service.web.Problem;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BillingPeriodTest {

    @ParameterizedTest
    @CsvSource({
        "2026-03-31T23:59:59Z,         UTC,           2026-04-01T00:00:00Z",
        "2026-03-31T23:59:59.999999Z,  UTC,           2026-04-01T00:00:00Z",
        "2026-04-01T00:00:00Z,         UTC,           2026-04-01T00:00:00Z",
        "2026-03-31T23:59:58Z,         UTC,           2026-03-31T23:59:58Z",
        "2026-03-31T23:58:59Z,         UTC,           2026-03-31T23:58:59Z",
        "2026-03-31T22:59:59Z,         UTC,           2026-03-31T22:59:59Z",
        "2026-03-31T21:59:59Z,         Europe/Berlin, 2026-03-31T22:00:00Z",
        "2026-03-31T23:59:59Z,         Europe/Berlin, 2026-04-01T00:00:00Z",
        "2026-03-31T18:29:59Z,         Asia/Kolkata,  2026-03-31T18:30:00Z",
        "2026-03-31T12:00:00.123456Z,  UTC,           2026-03-31T12:00:00.123456Z",
    })
    void anEndOneSecondBeforeMidnightMeansMidnight(Instant end, String zone, Instant meant) {
        assertThat(period("2026-03-01T00:00:00Z", end, zone).end()).isEqualTo(meant);
    }

    @Test
    void whatCannotBeBilledIsRefused() {
        refused("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", "empty-period");
        refused("2026-03-02T00:00:00Z", "2026-03-01T00:00:00Z", "empty-period");
        refused("2024-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "period-too-long");
        refused("1999-12-31T23:59:59Z", "2000-02-01T00:00:00Z", "period-out-of-range");
        refused("2026-03-01T00:00:00Z", "+999999999-01-01T00:00:00Z", "period-out-of-range");
        refused("-999999999-01-01T00:00:00Z", "2026-03-01T00:00:00Z", "period-out-of-range");
    }

    private static void refused(String start, String end, String type) {
        assertThatThrownBy(() -> period(start, Instant.parse(end), "UTC"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.type()).isEqualTo(type));
    }

    private static BillingPeriod period(String start, Instant end, String zone) {
        return BillingPeriod.meant(Instant.parse(start), end, ZoneId.of(zone));
    }
}

package io.aitbc.coordinator.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aitbc.service.web.Problem;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Months by the clocks of a zone: each microsecond lies in exactly one of them. */
class BillingCalendarTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTC",
                "Asia/Kolkata",
                "Australia/Lord_Howe",
                "America/New_York",
                "America/Sao_Paulo",
                "Asia/Beirut",
                "Pacific/Apia",
                "Africa/Casablanca"
            })
    void monthsFollowEachOtherWithoutGapOrOverlap(String name) {
        ZoneId zone = ZoneId.of(name);
        BillingPeriod last = BillingPeriod.month(YearMonth.of(2007, 12), zone);
        Random random = new Random(7);
        for (YearMonth month = YearMonth.of(2008, 1); month.getYear() < 2032; month = month.plusMonths(1)) {
            BillingPeriod period = BillingPeriod.month(month, zone);
            assertThat(period.start()).isEqualTo(last.end());
            for (Instant instant : edges(period, random)) {
                assertThat(BillingPeriod.monthOf(instant, zone))
                        .as("%s in %s", instant, zone)
                        .isEqualTo(month);
            }
            assertThat(BillingPeriod.monthOf(period.end(), zone)).isEqualTo(month.plusMonths(1));
            last = period;
        }
    }

    private static List<Instant> edges(BillingPeriod period, Random random) {
        List<Instant> instants = new ArrayList<>(List.of(
                period.start(),
                period.start().plus(1, ChronoUnit.MICROS),
                period.end().minus(1, ChronoUnit.MICROS)));
        long micros = ChronoUnit.MICROS.between(period.start(), period.end());
        for (int i = 0; i < 50; i++) {
            instants.add(period.start().plus(random.nextLong(micros), ChronoUnit.MICROS));
        }
        return instants;
    }

    @ParameterizedTest
    @CsvSource({
        // Whole months have as many hours as the clocks of the zone let them have.
        "2026-03, UTC,                 744",
        "2026-03, America/New_York,    743",
        "2026-11, America/New_York,    721",
        "2026-03, Asia/Kolkata,        744",
        "2024-02, America/New_York,    696",
        "2023-02, Asia/Kolkata,        672",
    })
    void aMonthHasTheHoursThatClocksSay(String month, String zone, long hours) {
        BillingPeriod period = BillingPeriod.month(YearMonth.parse(month), ZoneId.of(zone));
        assertThat(ChronoUnit.HOURS.between(period.start(), period.end())).isEqualTo(hours);
    }

    @Test
    void lordHowesClocksMoveByHalfAnHour() {
        ZoneId zone = ZoneId.of("Australia/Lord_Howe");
        assertThat(minutes(YearMonth.of(2026, 4), zone)).isEqualTo(30 * 24 * 60 + 30);
        assertThat(minutes(YearMonth.of(2026, 10), zone)).isEqualTo(31 * 24 * 60 - 30);
    }

    private static long minutes(YearMonth month, ZoneId zone) {
        BillingPeriod period = BillingPeriod.month(month, zone);
        return ChronoUnit.MINUTES.between(period.start(), period.end());
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01,           2026-04-01,           Asia/Kolkata,     2026-02-28T18:30:00Z, 2026-03-31T18:30:00Z",
        "2026-03-01T00:00:00,  2026-03-31T23:59:59,  Asia/Kolkata,     2026-02-28T18:30:00Z, 2026-03-31T18:30:00Z",
        "2026-03-01,           2026-04-01,           America/New_York, 2026-03-01T05:00:00Z, 2026-04-01T04:00:00Z",
        "2026-11-01,           2026-11-30T23:59:59,  America/New_York, 2026-11-01T04:00:00Z, 2026-12-01T05:00:00Z",
        "2024-02-01,           2024-02-29T23:59:59,  UTC,              2024-02-01T00:00:00Z, 2024-03-01T00:00:00Z",
        "2026-03-01T00:00:00Z, 2026-04-01T00:00:00Z, America/New_York, 2026-03-01T00:00:00Z, 2026-04-01T00:00:00Z",
        "2026-03-01T00:00:00+05:30, 2026-04-01,      Asia/Kolkata,     2026-02-28T18:30:00Z, 2026-03-31T18:30:00Z",
        // 23:59:59 of the last day, where midnight does not exist: Beirut's clocks went from 00:00 to 01:00 on 26 March
        // 2023.
        "2023-03-01,           2023-03-25T23:59:59,  Asia/Beirut,      2023-02-28T22:00:00Z, 2023-03-25T22:00:00Z",
    })
    void localTimesAreOfTheTenantsZone(String start, String end, String zone, Instant from, Instant to) {
        assertThat(BillingPeriod.written(start, end, ZoneId.of(zone))).isEqualTo(new BillingPeriod(from, to));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "2026",
                "2026-03",
                "2026-13-01",
                "2026-02-30",
                "2026-03-01T25:00:00Z",
                "99999999999999999999"
            })
    void whatIsNoTimeIsRefused(String written) {
        assertThatThrownBy(() -> BillingPeriod.written(written, "2026-04-01", ZoneId.of("UTC")))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.type()).isEqualTo("not-a-time"));
    }
}

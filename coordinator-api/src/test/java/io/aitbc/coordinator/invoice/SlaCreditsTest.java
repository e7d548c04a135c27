package io.aitbc.coordinator.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import io.aitbc.coordinator.pricing.PricePlan;
import io.aitbc.coordinator.pricing.SlaCredit;
import io.aitbc.coordinator.sla.SlaEpisode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Uptime below 95 gives 10 %, below 85.5 it gives 25 %; a completion rate below 90 gives 15 %. */
class SlaCreditsTest {

    private static final BillingPeriod MARCH =
            new BillingPeriod(Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-04-01T00:00:00Z"));
    private static final PricePlan PLAN = new PricePlan(
            Currency.getInstance("USD"),
            List.of(new PricePlan.Version(
                    Instant.EPOCH,
                    List.of(),
                    BigDecimal.ZERO,
                    Set.of(),
                    List.of(
                            credit("uptime_pct", "95", "10"),
                            credit("uptime_pct", "85.5", "25"),
                            credit("completion_rate_pct", "90", "15")))));

    @Test
    void theWorseItWasTheMoreIsGiven() {
        assertThat(told(episode(1, "uptime_pct", "94.99", "03-10T00", "03-11T00")))
                .containsExactly("1: 10 % 10T00-11T00");
        assertThat(told(episode(1, "uptime_pct", "85.5", "03-10T00", "03-11T00")))
                .containsExactly("1: 10 % 10T00-11T00");
        assertThat(told(episode(1, "uptime_pct", "85.49", "03-10T00", "03-11T00")))
                .containsExactly("1: 25 % 10T00-11T00");
        assertThat(told(episode(1, "uptime_pct", "95", "03-10T00", "03-11T00"))).isEmpty();
        assertThat(told(episode(1, "response_time_ms", "5", "03-10T00", "03-11T00")))
                .isEmpty();
    }

    @Test
    void onlyWhatLiesInThePeriodCounts() {
        assertThat(told(episode(1, "uptime_pct", "90", "02-20T00", "03-02T06"))).containsExactly("1: 10 % 01T00-02T06");
        assertThat(told(episode(1, "uptime_pct", "90", "02-20T00", "03-01T00"))).isEmpty();
        assertThat(told(episode(1, "uptime_pct", "90", "04-01T00", "04-02T00"))).isEmpty();
    }

    @Test
    void noTimeIsCreditedTwice() {
        assertThat(told(
                        episode(1, "uptime_pct", "90", "03-10T00", "03-20T00"),
                        episode(2, "completion_rate_pct", "50", "03-12T00", "03-14T00")))
                .containsExactly("1: 10 % 10T00-12T00 14T00-20T00", "2: 15 % 12T00-14T00");
    }

    @Test
    void whatWasCreditedKeepsItsTimeAndGivesNothingAgain() {
        List<SlaEpisode> episodes = List.of(
                episode(1, "uptime_pct", "90", "03-10T00", "03-20T00"),
                episode(2, "completion_rate_pct", "50", "03-18T00", "03-22T00"));
        assertThat(told(SlaCredits.of(episodes, PLAN, MARCH, Set.of(new UUID(0, 1)))))
                .containsExactly("2: 15 % 20T00-22T00");
        assertThat(SlaCredits.of(episodes, PLAN, MARCH, Set.of(new UUID(0, 1), new UUID(0, 2))))
                .isEmpty();
    }

    @Test
    void atRandomEachHourIsCreditedOnceByTheBest() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<SlaEpisode> episodes = new ArrayList<>();
            for (int i = 0; i < random.nextInt(6); i++) {
                Instant start = MARCH.start().plus(Duration.ofHours(random.nextInt(800) - 40));
                episodes.add(new SlaEpisode(
                        "pool-1",
                        new UUID(0, i),
                        "m-1",
                        random.nextBoolean() ? "uptime_pct" : "completion_rate_pct",
                        new BigDecimal("95"),
                        BigDecimal.valueOf(70 + random.nextInt(30)),
                        start,
                        start.plus(Duration.ofHours(1 + random.nextInt(100)))));
            }
            List<SlaCredits.Credit> credits = SlaCredits.of(episodes, PLAN, MARCH, Set.of());
            for (Instant hour = MARCH.start(); hour.isBefore(MARCH.end()); hour = hour.plus(Duration.ofHours(1))) {
                Set<BigDecimal> given = new HashSet<>();
                int times = 0;
                for (SlaCredits.Credit credit : credits) {
                    for (BillingPeriod window : credit.windows()) {
                        if (!window.start().isAfter(hour) && window.end().isAfter(hour)) {
                            given.add(credit.level().creditPct());
                            times++;
                        }
                    }
                }
                BigDecimal best = best(episodes, hour);
                assertThat(times).as("seed %d at %s", seed, hour).isEqualTo(best.signum() == 0 ? 0 : 1);
                assertThat(given).isEqualTo(best.signum() == 0 ? Set.of() : Set.of(best));
            }
        }
    }

    private static BigDecimal best(List<SlaEpisode> episodes, Instant hour) {
        return episodes.stream()
                .filter(episode ->
                        !episode.startedAt().isAfter(hour) && episode.endedAt().isAfter(hour))
                .map(episode -> {
                    double worst = episode.worst().doubleValue();
                    return switch (episode.metric()) {
                        case "uptime_pct" -> new BigDecimal(worst < 85.5 ? "25" : worst < 95 ? "10" : "0");
                        default -> new BigDecimal(worst < 90 ? "15" : "0");
                    };
                })
                .max(BigDecimal::compareTo)
                .orElse(BigDecimal.ZERO);
    }

    private static List<String> told(SlaEpisode... episodes) {
        return told(SlaCredits.of(List.of(episodes), PLAN, MARCH, Set.of()));
    }

    private static List<String> told(List<SlaCredits.Credit> credits) {
        return credits.stream()
                .map(credit -> {
                    StringBuilder text = new StringBuilder()
                            .append(credit.episode().episodeId().getLeastSignificantBits())
                            .append(": ")
                            .append(credit.level().creditPct())
                            .append(" %");
                    credit.windows()
                            .forEach(window -> text.append(' ')
                                    .append(window.start().toString(), 8, 13)
                                    .append('-')
                                    .append(window.end().toString(), 8, 13));
                    return text.toString();
                })
                .toList();
    }

    private static SlaEpisode episode(int id, String metric, String worst, String start, String end) {
        return new SlaEpisode(
                "pool-1",
                new UUID(0, id),
                "m-1",
                metric,
                new BigDecimal("95"),
                new BigDecimal(worst),
                Instant.parse("2026-" + start + ":00:00Z"),
                Instant.parse("2026-" + end + ":00:00Z"));
    }

    private static SlaCredit credit(String metric, String below, String pct) {
        return new SlaCredit(metric, new BigDecimal(below), new BigDecimal(pct));
    }
}

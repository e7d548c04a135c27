package io.aitbc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a miner that falls silent to the credit on its tenant's invoice, and to what the miner is paid: for an episode that the hub
 * measured itself, and for none that was excused, although both services are killed between the episodes and the credit.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // Everything begins with the scene.
class SlaCreditIT {

    private static final String GUILTY = "m-guilty";
    private static final String EXCUSED = "m-excused";
    private static final List<String> MINERS = List.of(GUILTY, EXCUSED);
    /** Of the plan that tenants have who name none: an hour's list price, the part for an uptime below 85.5 %, a miner's share. */
    private static final BigDecimal PRICE = new BigDecimal("0.30");

    private static final BigDecimal CREDIT_PCT = new BigDecimal("25");
    private static final BigDecimal CRITICAL_BELOW = new BigDecimal("85.5");
    private static final BigDecimal SHARE_PCT = new BigDecimal("80");
    private static final BigDecimal ALL = new BigDecimal("100");

    @TempDir
    static Path folder;

    /** Compute hours of a miner's work, and when they were used. */
    private record Work(Instant from, Instant to, BigDecimal hours) {

        BigDecimal charge() {
            return hours.multiply(PRICE);
        }

        /** Of the charge the part for the time within [start, end). */
        BigDecimal chargeWithin(Instant start, Instant end) {
            long within = micros(start.isAfter(from) ? start : from, end.isBefore(to) ? end : to);
            return within <= 0
                    ? BigDecimal.ZERO
                    : charge().multiply(BigDecimal.valueOf(within))
                            .divide(BigDecimal.valueOf(micros(from, to)), 20, RoundingMode.HALF_UP);
        }

        private static long micros(Instant from, Instant to) {
            return ChronoUnit.MICROS.between(from, to);
        }
    }

    /** What the hub says of one episode. */
    private record Episode(String id, Instant start, Instant end) {

        /** Work of which some lies before the episode, some is all of it, and some has nothing to do with it. */
        List<Work> work() {
            return List.of(
                    new Work(start.minusSeconds(2), end, new BigDecimal("100")),
                    new Work(start, end, new BigDecimal("40")),
                    new Work(start.minusSeconds(1_200), start.minusSeconds(600), new BigDecimal("7")));
        }
    }

    private final Instant begun = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final Map<String, Api> miners = new HashMap<>();
    private final Map<String, Instant> silentSince = new HashMap<>();
    private Services services;

    @BeforeAll
    void start() {
        services = Services.onOwnedDatabases(
                        folder,
                        Map.of(
                                "POOLHUB_HEARTBEAT_GRACE_SECONDS", "10",
                                "POOLHUB_HEARTBEAT_INTERVAL_SECONDS", "5",
                                "SLA_REPORT_INTERVAL_SECONDS", "1"))
                .start();
    }

    @AfterAll
    void stop() {
        services.close();
    }

    @Test
    void onlyTheEpisodeThatNobodyExcusedIsCreditedAndTheMinerBearsIt() {
        MINERS.forEach(this::joinAndFallSilent);
        coordinator()
                .post(
                        "/api/tenants",
                        "{\"tenant_id\":\"acme\",\"name\":\"Acme\",\"currency\":\"USD\",\"timezone\":\"UTC\"}")
                .expect(201);
        until(60, () -> collected() && MINERS.stream().allMatch(miner -> isCritical(uptimeEpisode(miner))));

        services.coordinator.kill();
        Instant back = Instant.now();
        MINERS.forEach(this::comeBackWithAGoodRecord);
        until(60, () -> collected() && MINERS.stream().allMatch(miner -> isResolved(uptimeEpisode(miner))));
        hub().post(
                        "/v1/miners/" + EXCUSED + "/maintenance",
                        "{\"start\":\"%s\",\"end\":\"%s\",\"reason\":\"new racks\"}"
                                .formatted(of(EXCUSED, silentSince), back))
                .expect(201);
        assertThat(uptimeEpisode(EXCUSED).path("status").asText()).isEqualTo("EXCUSED");
        Map<String, Episode> episodes = new HashMap<>();
        MINERS.forEach(miner -> episodes.put(miner, episode(uptimeEpisode(miner))));
        episodes.forEach((miner, episode) -> episode.work().forEach(work -> recordUsage(miner, work)));
        services.hub.kill();
        services.start();

        until(60, () -> reported().size() == MINERS.size());
        JsonNode breach = of(GUILTY, reported());
        Episode guilty = of(GUILTY, episodes);
        assertThat(breach.path("episode_id").asText()).isEqualTo(guilty.id());
        assertThat(breach.path("status").asText()).isEqualTo("RESOLVED");
        assertThat(Instant.parse(breach.path("started_at").asText())).isEqualTo(guilty.start());
        assertThat(Instant.parse(breach.path("ended_at").asText())).isEqualTo(guilty.end());
        assertThat(breach.path("worst").decimalValue()).isLessThan(CRITICAL_BELOW);
        assertThat(breach.path("evidence").path("down_seconds").asLong()).isPositive();
        JsonNode excuse = of(EXCUSED, reported());
        assertThat(excuse.path("episode_id").asText())
                .isEqualTo(of(EXCUSED, episodes).id());
        assertThat(excuse.path("status").asText()).isEqualTo("EXCUSED");
        assertThat(excuse.path("excuse_reason").asText()).isEqualTo("new racks");

        int events = episodes.values().stream()
                .mapToInt(episode -> episode.work().size())
                .sum();
        // What could not be sent while the coordinator was away has been put off; it is asked for now.
        until(60, () -> {
            hub().post("/sla/billing/sync", "{}");
            return billed() == events;
        });
        JsonNode draft = coordinator()
                .post("/api/billing/invoice", "{\"tenant_id\":\"acme\"," + period() + "}")
                .expect(201);
        services.coordinator.kill();
        services.coordinator.start().awaitReady();
        JsonNode invoice = finalized(draft);

        BigDecimal expected = guilty.work().stream()
                .map(work -> work.chargeWithin(guilty.start(), guilty.end()))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .multiply(CREDIT_PCT)
                .divide(ALL, 2, RoundingMode.HALF_UP);
        assertThat(expected).as("there is something to credit").isPositive();
        List<JsonNode> credits = new ArrayList<>();
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode line : invoice.path("lines")) {
            sum = sum.add(line.path("amount").decimalValue());
            if (line.path("kind").asText().equals("SLA_CREDIT")) {
                credits.add(line);
            }
        }
        assertThat(credits).as("%s", invoice).hasSize(1);
        JsonNode evidence = credits.get(0).path("evidence");
        assertThat(evidence.path("episode_id").asText()).isEqualTo(guilty.id());
        assertThat(evidence.path("miner_id").asText()).isEqualTo(GUILTY);
        assertThat(credits.get(0).path("amount").decimalValue())
                .as("%s of %s", credits, guilty)
                .isEqualByComparingTo(expected.negate());
        BigDecimal charged = charged(episodes.values().stream());
        assertThat(sum).isEqualByComparingTo(charged.subtract(expected));
        assertThat(invoice.path("total").decimalValue()).isEqualByComparingTo(sum);

        Map<String, JsonNode> paid = new HashMap<>();
        MINERS.forEach(miner -> paid.put(miner, payout(miner)));
        assertTotals(of(GUILTY, paid), charged(Stream.of(guilty)), expected);
        assertTotals(of(EXCUSED, paid), charged(Stream.of(of(EXCUSED, episodes))), BigDecimal.ZERO);

        assertThat(finalized(draft)).as("once more changes nothing").isEqualTo(invoice);
        MINERS.forEach(miner -> assertThat(payout(miner)).isEqualTo(of(miner, paid)));
    }

    /** Beats once, and never again until it comes back. */
    private void joinAndFallSilent(String miner) {
        String key = "key-for-tests-" + UUID.randomUUID();
        services.hubAs("POOLHUB_ENROLLMENT_TOKEN")
                .post("/v1/miners/register", "{\"miner_id\":\"%s\",\"api_key\":\"%s\"}".formatted(miner, key))
                .expect(201);
        miners.put(miner, new Api(services.hub.url(), key));
        beat(miner);
        silentSince.put(miner, Instant.now());
    }

    /** Beats again; and the day before this hub knew the miner is told by one that did. */
    private void comeBackWithAGoodRecord(String miner) {
        beat(miner);
        JsonNode report = hub().send(
                        "POST",
                        "/v1/import/intervals",
                        "{\"id\":\"%s\",\"miner_id\":\"%s\",\"state\":\"UP\",\"started_at\":\"%s\",\"ended_at\":\"%s\"}"
                                .formatted(UUID.randomUUID(), miner, begun.minus(Duration.ofDays(2)), begun),
                        "application/x-ndjson")
                .expect(200);
        assertThat(report.path("inserted").asInt()).as("%s", report).isEqualTo(1);
    }

    private void beat(String miner) {
        of(miner, miners).post("/v1/miners/heartbeat", "{}").expect(200);
    }

    private boolean collected() {
        hub().post("/sla/metrics/collect", "").expect(200);
        return true;
    }

    /** As the hub knows it now; missing while there is none. */
    private JsonNode uptimeEpisode(String miner) {
        JsonNode found = hub().get("/sla/violations?miner_id=" + miner).expect(200);
        assertThat(found.size()).as("%s", found).isLessThanOrEqualTo(1);
        assertThat(found.findValuesAsText("violation_type")).allMatch("uptime_pct"::equals);
        return found.path(0);
    }

    private static <T> T of(String miner, Map<String, T> known) {
        return Objects.requireNonNull(known.get(miner), () -> miner + " is missing in " + known);
    }

    private static boolean isCritical(JsonNode episode) {
        return episode.path("severity").asText().equals("critical");
    }

    private static boolean isResolved(JsonNode episode) {
        return episode.path("status").asText().equals("RESOLVED");
    }

    private static Episode episode(JsonNode said) {
        return new Episode(
                said.path("id").asText(),
                Instant.parse(said.path("created_at").asText()),
                Instant.parse(said.path("resolved_at").asText()));
    }

    private void recordUsage(String miner, Work work) {
        hub().post("/sla/billing/usage/record", """
                        {"event_id":"%s","tenant_id":"acme","miner_id":"%s","resource_type":"compute_hours","quantity":%s,
                         "occurred_at":"%s","period_start":"%s","period_end":"%s"}
                        """.formatted(
                                UUID.randomUUID(), miner, work.hours(), work.from(), work.from(), work.to()))
                .expect(202);
    }

    /** Episodes of miners that the coordinator knows. */
    private Map<String, JsonNode> reported() {
        Map<String, JsonNode> known = new HashMap<>();
        for (JsonNode episode :
                coordinator().get("/api/billing/sla-episodes").expect(200).path("items")) {
            assertThat(known.put(episode.path("miner_id").asText(), episode))
                    .as("one per miner")
                    .isNull();
        }
        return known;
    }

    private int billed() {
        return coordinator()
                .get("/api/billing/usage?tenant_id=acme")
                .expect(200)
                .path("items")
                .size();
    }

    private JsonNode finalized(JsonNode draft) {
        return coordinator()
                .post(
                        "/api/billing/invoices/" + draft.path("invoice_id").asText() + "/finalize",
                        "{\"override_reason\":\"the tenant leaves\"}")
                .expect(200);
    }

    private JsonNode payout(String miner) {
        return coordinator()
                .get("/api/payouts?miner_id=" + miner + "&period=" + YearMonth.from(from().atZone(ZoneOffset.UTC)))
                .expect(200);
    }

    private static BigDecimal charged(Stream<Episode> episodes) {
        return episodes.flatMap(episode -> episode.work().stream())
                .map(Work::charge)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** charged = payout + margin + credits, and the miner's part is smaller by all of the credit. */
    private static void assertTotals(JsonNode statement, BigDecimal charged, BigDecimal credits) {
        assertThat(statement.path("totals")).as("%s", statement).hasSize(1);
        JsonNode total = statement.path("totals").path(0);
        BigDecimal share = charged.multiply(SHARE_PCT).divide(ALL, 2, RoundingMode.UNNECESSARY);
        assertThat(total.path("currency").asText()).isEqualTo("USD");
        assertThat(total.path("charged").decimalValue()).isEqualByComparingTo(charged);
        assertThat(total.path("credits").decimalValue()).isEqualByComparingTo(credits);
        assertThat(total.path("payout").decimalValue()).isEqualByComparingTo(share.subtract(credits));
        assertThat(total.path("margin").decimalValue()).isEqualByComparingTo(charged.subtract(share));
    }

    private Instant from() {
        return begun.minus(Duration.ofHours(1));
    }

    private String period() {
        return "\"period_start\":\"" + from() + "\",\"period_end\":\"" + begun.plus(Duration.ofHours(1)) + "\"";
    }

    private Api hub() {
        return services.hubAs("POOLHUB_OPERATOR_KEY");
    }

    private Api coordinator() {
        return services.coordinatorAs("COORDINATOR_OPERATOR_KEY");
    }

    private static void until(int seconds, BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("it did not come about within %s s", seconds)
                    .isLessThan(end);
            ServiceProcess.pause(200);
        }
    }
}

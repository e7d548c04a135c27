package io.aitbc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Usage is billed exactly once, whatever is killed. A caller keeps submitting usage under ids of its own, and sends again
 * what was not answered; two hubs share one database and sync at once; meanwhile services, databases and the line between
 * them fail at random moments.
 */
class ExactlyOnceIT {

    private enum Blow {
        KILL_HUB,
        KILL_OTHER_HUB,
        KILL_COORDINATOR,
        KILL_ALL,
        KILL_HUBS_DATABASE,
        KILL_COORDINATORS_DATABASE,
        FAULTY_LINE
    }

    private static final int TENANTS = 3;
    private static final String[] RESOURCES = {"gpu_hours", "compute_hours", "api_calls", "storage_gb"};

    /** One submission that was answered. */
    private record Submitted(String tenant, String resource, BigDecimal quantity, Instant occurredAt) {}

    /** Where counts and sums are compared. */
    private record Cell(String tenant, String resource, Instant hour) {}

    private record Sum(long count, BigDecimal quantity) {
        Sum plus(BigDecimal more) {
            return new Sum(count + 1, quantity.add(more));
        }
    }

    /** Like cards, so that every kind comes; the line fails most often, as it has the most ways to. */
    private final List<Blow> cards = new ArrayList<>(
            Stream.concat(Arrays.stream(Blow.values()), Stream.of(Blow.FAULTY_LINE, Blow.FAULTY_LINE, Blow.KILL_HUB))
                    .toList());

    private final int rounds = Integer.getInteger("exactly.once.rounds", 25);
    private final long seed = Long.getLong("exactly.once.seed", 1L);
    private final Random random = new Random(seed);
    private final Map<UUID, Submitted> acknowledged = new ConcurrentHashMap<>();
    private final AtomicBoolean submitting = new AtomicBoolean(true);

    @TempDir
    Path folder;

    @Test
    void everyAcknowledgedSubmissionIsInBothLedgersOnce() throws Exception {
        Map<Blow, Integer> blows = new EnumMap<>(Blow.class);
        Instant from = Instant.now().minus(2, ChronoUnit.DAYS);
        try (Services services = Services.withTwoHubs(folder).start()) {
            createTenants(services);
            Thread caller = new Thread(() -> submitUntilTold(services), "caller");
            caller.start();
            for (int round = 0; round < rounds; round++) {
                Blow blow = deal(round);
                blows.merge(blow, 1, Integer::sum);
                strike(services, blow);
            }
            services.awaitReady();
            submitting.set(false);
            caller.join(TimeUnit.MINUTES.toMillis(2));
            assertThat(caller.isAlive()).isFalse();
            services.line.set(FaultyLine.Fault.NONE);
            drain(services);
            prove(services, from);
        }
        System.out.printf(
                "exactly once: %d rounds, two hubs, seed %d, %s, %d events in both ledgers, 0 lost, 0 doubled%n",
                rounds, seed, blows, acknowledged.size());
        assertThat(acknowledged.size()).as("the caller got through").isGreaterThan(rounds);
    }

    private Blow deal(int round) {
        int place = round % cards.size();
        if (place == 0) {
            Collections.shuffle(cards, random);
        }
        return cards.get(place);
    }

    private void strike(Services services, Blow blow) throws Exception {
        ServiceProcess.pause(100 + random.nextInt(900));
        switch (blow) {
            case KILL_HUB -> again(services.hub);
            case KILL_OTHER_HUB -> again(services.hubs().get(1));
            case KILL_COORDINATOR -> again(services.coordinator);
            case KILL_ALL -> {
                services.coordinator.kill();
                services.hubs().forEach(ServiceProcess::kill);
                services.start();
            }
            case KILL_HUBS_DATABASE -> services.killHubsDatabase();
            case KILL_COORDINATORS_DATABASE -> services.killCoordinatorsDatabase();
            case FAULTY_LINE -> {
                FaultyLine.Fault[] faults = FaultyLine.Fault.values();
                services.line.set(faults[1 + random.nextInt(faults.length - 1)]);
                ServiceProcess.pause(1_500);
                services.line.set(FaultyLine.Fault.NONE);
            }
        }
    }

    /** Often the next blow comes while this one is not yet up again. */
    private void again(ServiceProcess service) {
        service.kill();
        service.start();
        if (random.nextInt(3) == 0) {
            service.awaitReady();
        }
    }

    private static void createTenants(Services services) {
        Api operator = services.coordinatorAs("COORDINATOR_OPERATOR_KEY");
        for (int i = 0; i < TENANTS; i++) {
            operator.post(
                            "/api/tenants",
                            "{\"tenant_id\":\"tenant-%d\",\"name\":\"Tenant %d\",\"currency\":\"USD\",\"timezone\":\"UTC\"}"
                                    .formatted(i, i))
                    .expect(201);
        }
    }

    private void submitUntilTold(Services services) {
        List<Api> hubs = services.hubs().stream()
                .map(hub -> services.hubAs("POOLHUB_OPERATOR_KEY", hub))
                .toList();
        Random own = new Random(seed + 1);
        while (submitting.get()) {
            UUID id = new UUID(own.nextLong(), own.nextLong());
            Submitted event = new Submitted(
                    "tenant-" + own.nextInt(TENANTS),
                    RESOURCES[own.nextInt(RESOURCES.length)],
                    BigDecimal.valueOf(1 + own.nextInt(1_000_000), 6),
                    Instant.now().minusSeconds(own.nextInt(86_400)).truncatedTo(ChronoUnit.MICROS));
            String body = """
                    {"event_id":"%s","tenant_id":"%s","resource_type":"%s","quantity":%s,"occurred_at":"%s"}
                    """.formatted(
                    id, event.tenant(), event.resource(), event.quantity().toPlainString(), event.occurredAt());
            // Not answered is not known: the same event again, to whichever hub answers, until it is.
            while (hubs.get(own.nextInt(hubs.size()))
                            .post("/sla/billing/usage/record", body)
                            .status()
                    != 202) {
                ServiceProcess.pause(50);
            }
            acknowledged.put(id, event);
            if (own.nextInt(20) == 0) {
                syncAtOnce(hubs);
            }
        }
    }

    /** All hubs at the same moment: they share what is due. */
    private static void syncAtOnce(List<Api> hubs) {
        CompletableFuture.allOf(hubs.stream()
                        .map(hub -> CompletableFuture.runAsync(() -> hub.post("/sla/billing/sync", "{}")))
                        .toArray(CompletableFuture[]::new))
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static void drain(Services services) {
        Api hub = services.hubAs("POOLHUB_OPERATOR_KEY");
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (System.nanoTime() < deadline) {
            Api.Answer answer = hub.post("/sla/billing/sync", "{}");
            if (answer.status() == 200 && answer.json().get("remaining").asLong() == 0) {
                return;
            }
            ServiceProcess.pause(500);
        }
        throw new AssertionError("usage still waits after two minutes: " + services.hub.tail());
    }

    private void prove(Services services, Instant from) {
        Api hub = services.hubAs("POOLHUB_OPERATOR_KEY");
        String window = "?from=" + from + "&to=" + Instant.now().plusSeconds(60);
        JsonNode report = hub.get("/sla/billing/reconciliation" + window).expect(200);
        assertThat(report.get("differences")).isEmpty();
        assertThat(report.get("balanced").asBoolean()).isTrue();
        assertThat(report.get("pending").asLong()).isZero();
        assertThat(report.get("parked").asLong()).isZero();
        assertThat(hub.get("/sla/billing/usage/parked").expect(200)).isEmpty();

        Map<Cell, Sum> billed = new HashMap<>();
        JsonNode digest = services.coordinatorAs("COORDINATOR_OPERATOR_KEY")
                .get("/api/billing/usage/digest" + window + "&group=tenant,resource,hour")
                .expect(200);
        for (JsonNode row : digest.get("rows")) {
            billed.put(
                    new Cell(
                            row.get("tenant_id").asText(),
                            row.get("resource_type").asText(),
                            Instant.parse(row.get("hour").asText())),
                    new Sum(
                            row.get("count").asLong(),
                            row.get("quantity").decimalValue().stripTrailingZeros()));
        }
        Map<Cell, Sum> submitted = new HashMap<>();
        acknowledged
                .values()
                .forEach(event -> submitted.merge(
                        new Cell(
                                event.tenant(),
                                event.resource(),
                                event.occurredAt().truncatedTo(ChronoUnit.HOURS)),
                        new Sum(1, event.quantity()),
                        (sum, one) -> sum.plus(event.quantity())));
        submitted.replaceAll((cell, sum) -> new Sum(sum.count(), sum.quantity().stripTrailingZeros()));
        assertThat(new TreeMap<>(text(billed))).isEqualTo(new TreeMap<>(text(submitted)));
    }

    private static Map<String, String> text(Map<Cell, Sum> sums) {
        Map<String, String> text = new HashMap<>();
        sums.forEach((cell, sum) ->
                text.put(cell.toString(), sum.count() + " × " + sum.quantity().toPlainString()));
        return text;
    }
}

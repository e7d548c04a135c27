package io.aitbc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.e2e.Api.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hub processes on one database: what one knows the other respects. */
class ReplicasIT {

    private static final Duration BOUND = Duration.ofSeconds(2);

    @TempDir
    static Path folder;

    private static Services services;
    private static Api first;
    private static Api second;

    @BeforeAll
    static void start() {
        services = Services.withTwoHubs(
                        folder,
                        Map.of("POOLHUB_HEARTBEAT_GRACE_SECONDS", "20", "POOLHUB_HEARTBEAT_INTERVAL_SECONDS", "5"))
                .start();
        first = services.hubAs("POOLHUB_OPERATOR_KEY", services.hubs().get(0));
        second = services.hubAs("POOLHUB_OPERATOR_KEY", services.hubs().get(1));
    }

    /** Nobody offers what a test left behind. */
    @AfterEach
    void forgetMiners() {
        for (JsonNode miner : first.get("/v1/miners?limit=1000").expect(200)) {
            first.send("DELETE", "/v1/miners/" + miner.path("miner_id").asText(), null, null);
        }
    }

    @AfterAll
    static void stop() {
        services.close();
    }

    @Test
    void noReplicaOffersAMinerThatIsAwayFullOrSickTwoSecondsAfterAnyKnows() throws Exception {
        Map<String, Runnable> facts = new HashMap<>();
        facts.put("draining", () -> beat(first, "draining", "{\"status\":\"draining\"}"));
        facts.put("full", () -> beat(first, "full", "{\"status\":\"ready\",\"current_jobs\":2}"));
        facts.put(
                "maintained",
                () -> first.post("/v1/miners/maintained/maintenance", window()).expect(201));
        facts.put(
                "removed",
                () -> assertThat(first.send("DELETE", "/v1/miners/removed", null, null)
                                .status())
                        .isLessThan(300));
        facts.put(
                "quarantined",
                () -> first.post("/v1/gpus/GPU-of-quarantined/quarantine", "{\"reason\":\"a test\"}")
                        .expect(200));
        facts.put(
                "leased",
                () -> first.post(
                                "/v1/jobs",
                                "{\"job_id\":\"j-1\",\"tenant_id\":\"t-1\",\"max_duration_s\":600,"
                                        + "\"requirements\":{\"gpu_name\":\"only leased\"}}")
                        .expect(201));
        facts.keySet().forEach(this::register);
        register("silent");
        Instant silentFrom = Instant.now();
        Set<String> everybody = new HashSet<>(facts.keySet());
        everybody.add("silent");
        until(10, () -> everybody.equals(offered(second, everybody)));
        CompletableFuture<Instant> silentUntil = CompletableFuture.supplyAsync(() -> {
            until(60, () -> !offered(second, Set.of("silent")).contains("silent"));
            return Instant.now();
        });
        Map<String, Long> seenAfterMs = new HashMap<>();
        for (Map.Entry<String, Runnable> fact : facts.entrySet()) {
            // Everybody else beats meanwhile, or would be silent.
            facts.keySet().stream()
                    .filter(id -> !seenAfterMs.containsKey(id))
                    .forEach(id -> beat(first, id, "{\"status\":\"ready\"}"));
            fact.getValue().run();
            Instant known = fact.getKey().equals("leased") ? assigned() : Instant.now();
            until(5, () -> !offered(second, facts.keySet()).contains(fact.getKey()));
            seenAfterMs.put(
                    fact.getKey(), Duration.between(known, Instant.now()).toMillis());
        }
        System.out.println("ms until the other replica respects it: " + seenAfterMs);
        assertThat(seenAfterMs.values()).allMatch(ms -> ms <= BOUND.toMillis());
        // Its last heartbeat was between its registration and the line after it.
        assertThat(silentUntil.get(70, TimeUnit.SECONDS))
                .isBetween(
                        silentFrom.plusSeconds(18), silentFrom.plusSeconds(20).plus(BOUND));
        assertThat(offered(first, everybody)).as("nor by the one that was told").isEmpty();
    }

    private Instant assigned() {
        until(
                10,
                () -> first.get("/v1/jobs/j-1")
                        .expect(200)
                        .path("state")
                        .asText()
                        .equals("ASSIGNED"));
        return Instant.now();
    }

    /** Which of these the hub offers for anything. */
    private static Set<String> offered(Api hub, Set<String> among) {
        JsonNode answer =
                hub.post("/v1/match", "{\"job_id\":\"probe\",\"top_k\":50}").expect(200);
        Set<String> offered = new HashSet<>(answer.path("candidates").findValuesAsText("miner_id"));
        offered.retainAll(among);
        return offered;
    }

    private static String window() {
        return "{\"start\":\"" + Instant.now().minusSeconds(1) + "\",\"end\":\""
                + Instant.now().plusSeconds(600) + "\",\"reason\":\"a test\"}";
    }

    private void register(String minerId) {
        new Api(services.hubs().get(0).url(), services.key("POOLHUB_ENROLLMENT_TOKEN"))
                .post(
                        "/v1/miners/register",
                        "{\"miner_id\":\"" + minerId + "\",\"api_key\":\"" + key(minerId)
                                + "\",\"addr\":\"10.0.0.1:9\",\"gpu_name\":\"only " + minerId
                                + "\",\"gpu_count\":1,\"gpu_vram_gb\":80,\"max_parallel\":2}")
                .expect(201);
        beat(
                first,
                minerId,
                "{\"status\":\"ready\",\"gpus\":[{\"uuid\":\"GPU-of-" + minerId + "\",\"model\":\"only " + minerId
                        + "\",\"temperature_celsius\":50}]}");
    }

    private static String key(String minerId) {
        return "key-of-the-miner-" + minerId;
    }

    private static void beat(Api hub, String minerId, String body) {
        hub.as(key(minerId)).post("/v1/miners/heartbeat", body).expect(200);
    }

    @Test
    void aStormOfJobsOnTwoReplicasNeverGivesAGpuTwiceThoughTheyAreKilled() throws Exception {
        int jobs = 120;
        List<Machine> machines = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            machines.add(new Machine("machine-" + i, 4, new Random(i)));
        }
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> running = new ArrayList<>();
            machines.forEach(machine -> running.add(threads.submit(machine::work)));
            Random random = new Random(9);
            for (int i = 0; i < jobs; i++) {
                submit(i, 1 + random.nextInt(4) / 2 * random.nextInt(3));
                if (i == jobs / 3 || i == jobs / 2) {
                    ServiceProcess hub = services.hubs().get(i == jobs / 2 ? 1 : 0);
                    hub.kill();
                    hub.start().awaitReady();
                }
            }
            Instant end = Instant.now().plusSeconds(240);
            while (completed() < jobs) {
                assertThat(Instant.now()).as(() -> "open: " + open()).isBefore(end);
                ServiceProcess.pause(200);
            }
            machines.forEach(machine -> machine.stopped.set(true));
            for (Future<?> machine : running) {
                machine.get(60, TimeUnit.SECONDS);
            }
        } finally {
            machines.forEach(machine -> machine.stopped.set(true));
            threads.shutdownNow();
        }
        for (Machine machine : machines) {
            assertThat(machine.clashes)
                    .as("GPUs of %s that two jobs had at once", machine.id)
                    .isEmpty();
        }
        assertThat(machines.stream()
                        .mapToInt(machine -> machine.finished.size())
                        .sum())
                .as("attempts that came to their end: of each job at least one")
                .isGreaterThanOrEqualTo(jobs);
    }

    private void submit(int job, int gpus) {
        String body = "{\"job_id\":\"storm-" + job + "\",\"tenant_id\":\"t-1\",\"gpu_count\":" + gpus
                + ",\"max_duration_s\":60}";
        // Whoever gets no answer asks the other replica; it is one job all the same.
        until(60, () -> {
            int status = (job % 2 == 0 ? first : second).post("/v1/jobs", body).status();
            return status == 201
                    || status == 200
                    || second.post("/v1/jobs", body).status() / 100 == 2;
        });
    }

    private int completed() {
        Answer answer = first.get("/v1/jobs?state=COMPLETED&limit=1000");
        return answer.status() == 200 ? answer.json().size() : 0;
    }

    private String open() {
        StringBuilder open = new StringBuilder();
        for (JsonNode job : first.get("/v1/jobs?limit=1000").json()) {
            if (!job.path("state").asText().equals("COMPLETED")) {
                String id = job.path("job_id").asText();
                open.append('\n').append(first.get("/v1/jobs/" + id).body());
            }
        }
        return open.substring(0, Math.min(open.length(), 4_000));
    }

    /** A machine that takes what it is given, by way of either replica, and notes when two jobs have one of its GPUs. */
    private final class Machine {

        final String id;
        final AtomicBoolean stopped = new AtomicBoolean();
        final List<String> clashes = new ArrayList<>();
        private final Random random;
        private final Map<String, String> inUse = new ConcurrentHashMap<>();
        private final Map<String, Long> ends = new HashMap<>();
        private final Map<String, List<String>> has = new HashMap<>();
        private final Set<String> finished = new HashSet<>();

        Machine(String id, int gpus, Random random) {
            this.id = id;
            this.random = random;
            new Api(services.hubs().get(0).url(), services.key("POOLHUB_ENROLLMENT_TOKEN"))
                    .post(
                            "/v1/miners/register",
                            "{\"miner_id\":\"" + id + "\",\"api_key\":\"" + key(id) + "\",\"gpu_count\":" + gpus
                                    + ",\"gpu_vram_gb\":80,\"max_parallel\":" + gpus + "}")
                    .expect(201);
        }

        void work() {
            while (!stopped.get()) {
                Api hub = (random.nextBoolean() ? first : second).as(key(id));
                Answer beat =
                        hub.post("/v1/miners/heartbeat", "{\"status\":\"ready\",\"current_jobs\":" + ends.size() + "}");
                Answer assignments = hub.get("/v1/miners/assignments");
                if (beat.status() == 200 && assignments.status() == 200) {
                    assignments.json().forEach(this::begin);
                }
                end();
                ServiceProcess.pause(20);
            }
        }

        private void begin(JsonNode assignment) {
            String job = assignment.path("job_id").asText() + "/"
                    + assignment.path("attempt").asInt();
            if (finished.contains(job) || ends.containsKey(job)) {
                return;
            }
            // A hub that is killed before it answers may have heard it all the same.
            Answer started = tell(job, "started");
            while (started.status() == 0 && !stopped.get()) {
                ServiceProcess.pause(100);
                started = tell(job, "started");
            }
            if (started.status() != 200 || !started.json().path("go_on").asBoolean()) {
                return;
            }
            List<String> gpus = new ArrayList<>();
            assignment.path("gpu_uuids").forEach(gpu -> gpus.add(gpu.asText()));
            for (String gpu : gpus) {
                String other = inUse.put(gpu, job);
                if (other != null) {
                    clashes.add(gpu + ": " + other + " and " + job);
                }
            }
            has.put(job, gpus);
            ends.put(job, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20 + random.nextInt(300)));
        }

        private void end() {
            for (String job : List.copyOf(ends.keySet())) {
                if (System.nanoTime() >= ends.getOrDefault(job, 0L)) {
                    // The GPUs are free before the hub hears that they are.
                    has.getOrDefault(job, List.of()).forEach(gpu -> inUse.remove(gpu, job));
                    Answer answer = tell(job, "completed");
                    if (answer.status() == 200) {
                        ends.remove(job);
                        finished.add(job);
                    }
                }
            }
        }

        private Answer tell(String job, String what) {
            String[] named = job.split("/");
            return (random.nextBoolean() ? first : second)
                    .as(key(id))
                    .post(
                            "/v1/jobs/" + named[0] + "/events",
                            "{\"type\":\"" + what + "\",\"attempt\":" + named[1] + ",\"at\":\"" + Instant.now()
                                    + "\"}");
        }
    }

    private static void until(int seconds, java.util.function.BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("it did not come about within %s s", seconds)
                    .isLessThan(end);
            ServiceProcess.pause(50);
        }
    }
}

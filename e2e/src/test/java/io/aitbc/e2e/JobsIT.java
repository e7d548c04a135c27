package io.aitbc.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
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
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real agents that run real commands for two hubs on one database, while processes are killed. */
class JobsIT {

    private static final int JOBS = 21;
    private static final int KILLS = 3;
    private static final Set<String> OPEN = Set.of("QUEUED", "ASSIGNED", "RUNNING");

    private static final String TENANT =
            "{\"tenant_id\":\"%s\",\"name\":\"One\",\"currency\":\"USD\",\"timezone\":\"UTC\"}";

    @TempDir
    static Path shared;

    private static @Nullable Services running;
    private static Map<String, String> settings = Map.of();

    private final List<AgentProcess> agents = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // Each test begins with it.
    private Services services;

    /** Of this test alone: its folder, and what its miners, jobs and tenant are called after. */
    @SuppressWarnings("NullAway.Init")
    private String name;

    @SuppressWarnings("NullAway.Init")
    private Path folder;

    /** Tests whose hubs have the same settings share them: each looks only at what is its own. */
    private void begin(String test, Map<String, String> hubs) throws IOException {
        if (running == null || !settings.equals(hubs)) {
            stopServices();
            running = Services.withTwoHubs(Files.createDirectory(shared.resolve("services-of-" + test)), hubs)
                    .start();
            settings = hubs;
        }
        services = running;
        name = test;
        folder = Files.createDirectory(shared.resolve(test));
        services.coordinatorAs("COORDINATOR_OPERATOR_KEY")
                .post("/api/tenants", TENANT.formatted(name))
                .expect(201);
    }

    @AfterEach
    void stop() {
        agents.forEach(AgentProcess::close);
        Api hub = services.hubAs("POOLHUB_OPERATOR_KEY");
        own().filter(job -> OPEN.contains(job.path("state").asText()))
                .forEach(job -> hub.post(
                                "/v1/jobs/" + job.path("job_id").asText() + "/cancel",
                                "{\"reason\":\"the test is over\"}")
                        .expect(200));
        for (JsonNode miner : hub.get("/v1/miners?limit=1000").expect(200)) {
            hub.send("DELETE", "/v1/miners/" + miner.path("miner_id").asText(), null, null);
        }
    }

    @AfterAll
    static void stopServices() {
        if (running != null) {
            running.close();
            running = null;
        }
    }

    @Test
    void everyJobRunsOnceThoughHubsAndAgentsAreKilled() throws Exception {
        begin("storm", Map.of());
        for (int i = 0; i < 3; i++) {
            agent("m-" + i, services.hubs().get(i % 2));
        }
        Path ran = folder.resolve("ran");
        Random random = new Random(1);
        for (int i = 0; i < JOBS; i++) {
            Api hub = services.hubAs("POOLHUB_OPERATOR_KEY", services.hubs().get(i % 2));
            String command = "echo job-" + i + " >>" + ran + "; sleep " + (1 + random.nextInt(3));
            String body = "{\"job_id\":\"" + name + "-" + i + "\",\"tenant_id\":\"" + name + "\",\"max_duration_s\":60,"
                    + "\"spec\":{\"command\":\"" + command + "\"}}";
            hub.post("/v1/jobs", body).expect(201);
            hub.post("/v1/jobs", body).expect(200);
            if (i % (JOBS / KILLS) == JOBS / KILLS - 1) {
                until(60, () -> states().containsKey("RUNNING"));
                kill(i / (JOBS / KILLS), random);
            }
        }
        Instant end = Instant.now().plus(Duration.ofMinutes(4));
        while (open() > 0) {
            assertThat(Instant.now()).as(states()::toString).isBefore(end);
            ServiceProcess.pause(200);
        }
        assertThat(states()).containsEntry("COMPLETED", JOBS);
        Map<String, Integer> runs = new HashMap<>();
        Files.readAllLines(ran).forEach(job -> runs.merge(job, 1, Integer::sum));
        assertThat(runs).hasSize(JOBS);
        assertThat(runs.values()).as("each ran once").containsOnly(1);
    }

    @Test
    void oneGpuIsNeverGivenToTwoAndBillsAreRunTimes() throws Exception {
        begin("bills", Map.of());
        agent("m-0", services.hubs().get(0), "--max-parallel", "1");
        for (int i = 0; i < 8; i++) {
            Api hub = services.hubAs("POOLHUB_OPERATOR_KEY", services.hubs().get(i % 2));
            hub.post(
                            "/v1/jobs",
                            "{\"job_id\":\"" + name + "-" + i + "\",\"tenant_id\":\"" + name
                                    + "\",\"max_duration_s\":60,"
                                    + "\"spec\":{\"command\":[\"sleep\",\"0.5\"]}}")
                    .expect(201);
        }
        until(120, () -> states().getOrDefault("COMPLETED", 0) == 8);
        List<Instant[]> runs = new ArrayList<>();
        BigDecimal hours = BigDecimal.ZERO;
        Api hub = services.hubAs("POOLHUB_VIEWER_KEY");
        for (int i = 0; i < 8; i++) {
            JsonNode attempts =
                    hub.get("/v1/jobs/" + name + "-" + i).expect(200).path("attempts");
            JsonNode attempt = attempts.get(attempts.size() - 1);
            Instant from = Instant.parse(attempt.path("started_at").asText());
            Instant to = Instant.parse(attempt.path("ended_at").asText());
            runs.add(new Instant[] {from, to});
            hours = hours.add(BigDecimal.valueOf(Duration.between(from, to).toNanos()));
        }
        runs.sort((a, b) -> a[0].compareTo(b[0]));
        for (int i = 1; i < runs.size(); i++) {
            assertThat(runs.get(i)[0]).as("one after the other").isAfterOrEqualTo(runs.get(i - 1)[1]);
        }
        BigDecimal expected = hours.divide(BigDecimal.valueOf(3_600_000_000_000L), 8, java.math.RoundingMode.HALF_UP);
        until(60, () -> billed().subtract(expected).abs().compareTo(new BigDecimal("0.000001")) < 0);
    }

    @Test
    void cancellingPreemptingAndLeavingReachTheProcess() throws Exception {
        begin("orders", Map.of());
        AgentProcess agent = agent("m-0", services.hubs().get(0));
        Api hub = services.hubAs("POOLHUB_OPERATOR_KEY");
        submit(hub, "low", "\"priority\":10,\"preemptible\":true", "echo 7 >$JOB_PROGRESS_FILE; sleep 300");
        until(60, () -> state("low").equals("RUNNING"));
        submit(hub, "urgent", "\"priority\":90", "sleep 1");
        until(60, () -> state("urgent").equals("COMPLETED"));
        until(60, () -> state("low").equals("RUNNING"));
        JsonNode low = hub.get("/v1/jobs/low").expect(200);
        assertThat(low.path("attempt").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(low.path("progress_s").asDouble()).isEqualTo(7);
        hub.post("/v1/jobs/low/cancel", "{\"reason\":\"enough\"}").expect(200);
        until(60, () -> state("low").equals("CANCELLED"));
        submit(hub, "stays", "\"priority\":50", "sleep 300");
        until(60, () -> state("stays").equals("RUNNING"));
        agent.close();
        until(30, () -> state("stays").equals("QUEUED"));
    }

    @Test
    void aFrozenMachineAndADeadOneLoseTheirJobsToAnother() throws Exception {
        begin(
                "frozen",
                Map.of(
                        "JOB_LEASE_SECONDS", "6",
                        "POOLHUB_HEARTBEAT_INTERVAL_SECONDS", "2",
                        "POOLHUB_HEARTBEAT_GRACE_SECONDS", "15"));
        Api hub = services.hubAs("POOLHUB_OPERATOR_KEY");
        AgentProcess frozen = agent("m-frozen", services.hubs().get(0));
        until(
                60,
                () -> hub.get("/v1/miners/frozen-m-frozen")
                        .json()
                        .path("state")
                        .asText()
                        .equals("UP"));
        frozen.freeze(true);
        Path ran = folder.resolve("ran");
        submit(hub, "waits", "\"priority\":50", "echo waits >>" + ran + "; sleep 1");
        until(20, () -> state("waits").equals("ASSIGNED"));
        AgentProcess other = agent("m-other", services.hubs().get(1));
        Instant end = Instant.now().plusSeconds(90);
        while (!state("waits").equals("COMPLETED")) {
            assertThat(Instant.now())
                    .as(() -> hub.get("/v1/jobs/waits").body()
                            + hub.get("/v1/miners").body())
                    .isBefore(end);
            ServiceProcess.pause(200);
        }
        frozen.freeze(false);
        JsonNode first = hub.get("/v1/jobs/waits").expect(200).path("attempts").get(0);
        assertThat(first.path("outcome").asText())
                .as("the lease was over: %s", first)
                .isEqualTo("EXPIRED");
        until(
                30,
                () -> hub.get("/v1/miners/frozen-m-frozen")
                        .json()
                        .path("state")
                        .asText()
                        .equals("UP"));
        Path pid = folder.resolve("pid");
        submit(hub, "dies", "\"priority\":50", "echo $$ >" + pid + "; exec sleep 600");
        until(60, () -> state("dies").equals("RUNNING") && Files.exists(pid));
        String miner = minerOf(hub.get("/v1/jobs/dies").json());
        Instant died = Instant.now();
        (miner.equals("frozen-m-frozen") ? frozen : other).kill();
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
        Instant again = Instant.now().plusSeconds(60);
        while (!(state("dies").equals("RUNNING")
                && hub.get("/v1/jobs/dies").json().path("attempt").asInt() > 1)) {
            assertThat(Instant.now())
                    .as(() -> hub.get("/v1/jobs/dies").body()
                            + hub.get("/v1/miners").body())
                    .isBefore(again);
            ServiceProcess.pause(200);
        }
        JsonNode job = hub.get("/v1/jobs/dies").json();
        JsonNode lost = job.path("attempts").get(0);
        assertThat(minerOf(job)).isNotEqualTo(miner);
        assertThat(lost.path("outcome").asText()).isEqualTo("LOST");
        assertThat(Instant.parse(lost.path("ended_at").asText()))
                .as("paid until it was last heard of")
                .isBetween(died.minusSeconds(12), died.plusSeconds(2));
        hub.post("/v1/jobs/dies/cancel", "{\"reason\":\"over\"}").expect(200);
        until(60, () -> state("dies").equals("CANCELLED"));
        assertThat(Files.readAllLines(ran)).as("it ran on one machine only").containsExactly("waits");
    }

    /** Who has the latest attempt. */
    private static String minerOf(JsonNode job) {
        JsonNode attempts = job.path("attempts");
        return attempts.get(attempts.size() - 1).path("miner_id").asText();
    }

    private AgentProcess agent(String id, ServiceProcess hub, String... more) {
        List<String> options = new ArrayList<>(List.of(
                "--miner-id",
                name + "-" + id,
                "--job-command",
                "{command}",
                "--nvidia-smi",
                nvidiaSmi(),
                "--telemetry",
                "none"));
        options.addAll(List.of(more));
        AgentProcess agent = new AgentProcess(
                folder.resolve(id),
                hub.url(),
                services.key("POOLHUB_ENROLLMENT_TOKEN"),
                "",
                options.toArray(new String[0]));
        agents.add(agent.start());
        return agent;
    }

    /** A machine with one GPU. */
    private String nvidiaSmi() {
        Path script = folder.resolve("nvidia-smi");
        try {
            if (!Files.exists(script)) {
                Files.writeString(script, "#!/bin/sh\necho 'NVIDIA A100-SXM4-80GB, 81920'\n");
                assertThat(script.toFile().setExecutable(true)).isTrue();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return script.toString();
    }

    private void kill(int round, Random random) {
        switch (round % 3) {
            case 0 -> {
                AgentProcess agent = agents.get(random.nextInt(agents.size()));
                agent.kill();
                agent.start();
            }
            case 1 -> {
                ServiceProcess hub = services.hubs().get(random.nextInt(2));
                hub.kill();
                hub.start().awaitReady();
            }
            default ->
                services.hubs().forEach(hub -> {
                    hub.kill();
                    hub.start().awaitReady();
                });
        }
    }

    private void submit(Api hub, String id, String more, String command) {
        hub.post(
                        "/v1/jobs",
                        "{\"job_id\":\"" + id + "\",\"tenant_id\":\"" + name + "\",\"max_duration_s\":600," + more
                                + ",\"spec\":{\"command\":\"" + command + "\"}}")
                .expect(201);
    }

    private BigDecimal billed() {
        JsonNode events = services.coordinatorAs("COORDINATOR_VIEWER_KEY")
                .get("/api/billing/usage?resource_type=gpu_hours&limit=1000&tenant_id=" + name)
                .expect(200)
                .path("items");
        BigDecimal sum = BigDecimal.ZERO;
        Set<String> seen = new HashSet<>();
        for (JsonNode event : events) {
            if (seen.add(event.path("event_id").asText())) {
                sum = sum.add(new BigDecimal(event.path("quantity").asText()));
            }
        }
        return sum;
    }

    private long open() {
        return own().filter(job -> OPEN.contains(job.path("state").asText())).count();
    }

    private Map<String, Integer> states() {
        Map<String, Integer> states = new HashMap<>();
        own().forEach(job -> states.merge(job.path("state").asText(), 1, Integer::sum));
        return states;
    }

    private Stream<JsonNode> own() {
        List<JsonNode> jobs = new ArrayList<>();
        services.hubAs("POOLHUB_VIEWER_KEY")
                .get("/v1/jobs?limit=1000&tenant_id=" + name)
                .expect(200)
                .forEach(jobs::add);
        return jobs.stream();
    }

    private String state(String jobId) {
        return services.hubAs("POOLHUB_VIEWER_KEY")
                .get("/v1/jobs/" + jobId)
                .expect(200)
                .path("state")
                .asText();
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

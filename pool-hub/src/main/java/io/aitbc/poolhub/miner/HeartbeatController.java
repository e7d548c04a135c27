package io.aitbc.poolhub.miner;

import com.fasterxml.jackson.databind.JsonNode;
import io.aitbc.poolhub.commit.GroupCommit;
import io.aitbc.poolhub.telemetry.AssignmentBook;
import io.aitbc.poolhub.telemetry.CommandBook;
import io.aitbc.poolhub.telemetry.JobsTold;
import io.aitbc.poolhub.telemetry.TelemetryIntake;
import io.aitbc.service.security.Allowed;
import io.aitbc.service.security.Caller;
import io.aitbc.service.security.Role;
import io.aitbc.service.web.Problem;
import io.swagger.v3.oas.annotations.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Allowed(Role.MINER)
class HeartbeatController {

    static final String PATH = "/v1/miners/heartbeat";

    /** Miners of every generation; what a miner does not know it leaves out. */
    record Heartbeat(
            @Nullable String minerId,
            @Nullable String status,
            @Nullable Integer currentJobs,
            @Nullable Integer queueLen,
            @Nullable Double gpuUtilization,
            @Nullable Double memoryUsed,
            @Nullable Double memoryTotal,
            @Nullable Double networkLatencyMs,
            @Nullable JsonNode gpus,
            @Nullable JsonNode commandResults,
            @Nullable JsonNode jobs) {}

    record Reply(
            String status,
            List<Map<String, Object>> commands,
            List<Map<String, Object>> assignments,
            int nextHeartbeatSeconds) {}

    private final GroupCommit<Beat, Instant> commit;
    private final FleetView fleet;
    private final TelemetryIntake telemetry;
    private final CommandBook commands;
    private final AssignmentBook assignments;
    private final JobsTold jobs;
    private final Duration grace;
    private final Reply accepted;
    private final Reply pending;

    HeartbeatController(
            GroupCommit<Beat, Instant> commit,
            FleetView fleet,
            TelemetryIntake telemetry,
            CommandBook commands,
            AssignmentBook assignments,
            JobsTold jobs,
            MinerSettings settings) {
        this.commit = commit;
        this.fleet = fleet;
        this.telemetry = telemetry;
        this.commands = commands;
        this.assignments = assignments;
        this.jobs = jobs;
        this.grace = settings.grace();
        this.accepted = new Reply("ok", List.of(), List.of(), settings.heartbeatIntervalSeconds());
        this.pending = new Reply("pending", List.of(), List.of(), settings.heartbeatIntervalSeconds());
    }

    @Operation(summary = "A sign of life; it is durable before it is answered")
    @PostMapping(PATH)
    Reply beat(Caller caller, @RequestBody Heartbeat heartbeat) {
        String minerId = Objects.requireNonNull(caller.subject());
        if (heartbeat.minerId() != null && !heartbeat.minerId().equals(minerId)) {
            throw Problem.forbidden("not-your-miner", "This key belongs to another miner.");
        }
        Beat beat = checked(minerId, heartbeat);
        Enrollment enrollment = fleet.find(minerId).map(FleetMiner::enrollment).orElse(Enrollment.PENDING);
        if (enrollment == Enrollment.PENDING) {
            return pending;
        }
        Instant until = commit.write(beat);
        fleet.beat(beat, until);
        jobs.hear(minerId, heartbeat.jobs(), until.minus(grace));
        List<Map<String, Object>> told = commands.pending(minerId);
        List<Map<String, Object>> work = assignments.pending(minerId);
        return told.isEmpty() && work.isEmpty()
                ? accepted
                : new Reply("ok", told, work, accepted.nextHeartbeatSeconds());
    }

    private Beat checked(String minerId, Heartbeat said) {
        String status = said.status() == null ? "ready" : said.status();
        if (status.length() > 32 || status.indexOf('\0') >= 0) {
            throw Problem.unprocessable("invalid-request", "status must have at most 32 characters, none of them NUL.");
        }
        return new Beat(
                minerId,
                status,
                status.toLowerCase(Locale.ROOT).equals("degraded"),
                count("current_jobs", said.currentJobs()),
                count("queue_len", said.queueLen()),
                within("gpu_utilization", said.gpuUtilization(), 100),
                whole("memory_used", said.memoryUsed()),
                whole("memory_total", said.memoryTotal()),
                within("network_latency_ms", said.networkLatencyMs(), 86_400_000),
                telemetry.read(minerId, said.gpus(), said.commandResults()));
    }

    private static int count(String name, @Nullable Integer value) {
        if (value != null && (value < 0 || value > 1_000_000)) {
            throw Problem.unprocessable("invalid-request", name + " must be within 0..1000000, was " + value + ".");
        }
        return value == null ? 0 : value;
    }

    private static @Nullable Double within(String name, @Nullable Double value, double most) {
        if (value != null && !(value >= 0 && value <= most)) {
            throw Problem.unprocessable(
                    "invalid-request", name + " must be within 0.." + (long) most + ", was " + value + ".");
        }
        return value;
    }

    private static @Nullable Long whole(String name, @Nullable Double value) {
        Double checked = within(name, value, 1e15);
        return checked == null ? null : Math.round(checked);
    }
}

package io.aitbc.agent;

import io.aitbc.agent.heart.Timing;
import io.aitbc.agent.hub.HubClient;
import io.aitbc.agent.hub.ServiceClient;
import io.aitbc.agent.hub.ServiceUrl;
import io.aitbc.agent.simulation.FleetSettings;
import io.aitbc.agent.simulation.SimulatedFleet;
import io.aitbc.agent.storage.DataFolder;
import io.aitbc.agent.work.CommandTemplate;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Reads what it is told, refuses what makes no sense, and starts the one miner or the many. */
@Command(
        name = "miner-agent",
        mixinStandardHelpOptions = true,
        versionProvider = MinerAgent.Version.class,
        sortOptions = false,
        description = {
            "Runs beside the GPUs: registers this machine at a pool hub and keeps telling that it is alive.",
            "With --simulate it is a fleet of invented miners instead, through the same API."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            " 0:stopped by SIGTERM or SIGINT, after saying goodbye to the hub",
            " 2:the command line or the environment makes no sense",
            "65:the hub refuses what the miner says about itself",
            "70:a bug",
            "73:the data folder cannot be used",
            "77:the hub does not accept the token",
            "78:the miner's id belongs to a miner with another key"
        },
        footerHeading = "%nFor example:%n",
        footer = "  POOLHUB_ENROLLMENT_TOKEN=… java -jar miner-agent.jar --hub http://127.0.0.1:8210")
final class AgentCommand implements Callable<Integer> {

    private final Clock clock;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private AgentOptions options = new AgentOptions();

    @Mixin
    private FleetOptions fleet = new FleetOptions();

    AgentCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Integer call() throws InterruptedException {
        ServiceUrl hub = url(required(options.hub, "--hub URL", "POOLHUB_URL"));
        String token = required(first(options.token), "--token TOKEN", "POOLHUB_ENROLLMENT_TOKEN");
        check(options.timeoutSeconds >= 1 && options.timeoutSeconds <= 300, "--timeout-seconds must be within 1..300");
        Duration deadline = Duration.ofSeconds(options.timeoutSeconds);
        ServiceClient service = new ServiceClient(hub, clock);
        HubClient client = options.beatFile == null
                ? new HubClient(service, token, deadline)
                : new HubClient(service, token, deadline, new BeatFile(options.beatFile, clock));
        Timing timing = AgentConfiguration.timing(clock);
        if (fleet.miners == null) {
            MachineMiner machine = machine();
            try (DataFolder folder = DataFolder.open(options.dataDir)) {
                return machine.run(folder, client, timing);
            }
        }
        FleetSettings settings = fleetSettings(fleet.miners);
        try (DataFolder folder = DataFolder.open(options.dataDir)) {
            return Termination.await(new SimulatedFleet(settings, folder, client, service, timing));
        }
    }

    private MachineMiner machine() {
        check(
                options.minerId == null || options.minerId.matches("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}"),
                "--miner-id must be 1 to 64 letters, digits, dots, dashes, colons or underscores");
        check(
                options.maxParallel == null || (options.maxParallel >= 1 && options.maxParallel <= 10_000),
                "--max-parallel must be within 1..10000");
        try {
            if (options.jobCommand != null) {
                new CommandTemplate(options.jobCommand);
            }
        } catch (IllegalArgumentException bad) {
            throw misuse(bad.getMessage());
        }
        check(options.basePrice.compareTo(BigDecimal.ZERO) >= 0, "--base-price must not be negative");
        return new MachineMiner(options);
    }

    private FleetSettings fleetSettings(int miners) {
        check(miners >= 1 && miners <= 9_999, "--simulate must be within 1..9999");
        check(fleet.speed >= 1 && fleet.speed <= 10_000, "--speed must be within 1..10000");
        ServiceUrl coordinator = fleet.coordinator == null ? null : url(fleet.coordinator);
        return new FleetSettings(
                miners,
                fleet.seed,
                fleet.speed,
                coordinator,
                first(fleet.hubOperatorKey),
                first(fleet.coordinatorOperatorKey),
                fleet.readyFile);
    }

    private String required(@Nullable String value, String option, String variable) {
        if (value == null || value.isBlank()) {
            throw misuse("missing: " + option + ", or " + variable + " in the environment");
        }
        return value.strip();
    }

    /** While a key is being replaced the services' variable holds several, separated by commas; any of them will do. */
    private static @Nullable String first(@Nullable String keys) {
        return keys == null ? null : keys.split(",", 2)[0].strip();
    }

    private ServiceUrl url(String text) {
        try {
            return ServiceUrl.parse(text);
        } catch (IllegalArgumentException bad) {
            throw misuse(bad.getMessage());
        }
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            throw misuse(otherwise);
        }
    }

    private ParameterException misuse(@Nullable String sentence) {
        if (spec == null) {
            throw new IllegalStateException("not started through picocli");
        }
        return new ParameterException(spec.commandLine(), sentence);
    }
}

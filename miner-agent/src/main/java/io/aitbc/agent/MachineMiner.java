package io.aitbc.agent;

import io.aitbc.agent.gpu.GpuReport;
import io.aitbc.agent.gpu.MachineTelemetry;
import io.aitbc.agent.gpu.OrderDesk;
import io.aitbc.agent.gpu.PowerLimits;
import io.aitbc.agent.hardware.Hardware;
import io.aitbc.agent.hardware.NvidiaSmi;
import io.aitbc.agent.heart.Ending;
import io.aitbc.agent.heart.GivenUp;
import io.aitbc.agent.heart.Journal;
import io.aitbc.agent.heart.Life;
import io.aitbc.agent.heart.Timing;
import io.aitbc.agent.hub.Heartbeat;
import io.aitbc.agent.hub.HubClient;
import io.aitbc.agent.hub.Registration;
import io.aitbc.agent.storage.DataFolder;
import io.aitbc.agent.storage.MinerKeys;
import io.aitbc.agent.work.CommandTemplate;
import io.aitbc.agent.work.Ear;
import io.aitbc.agent.work.Processes;
import io.aitbc.agent.work.Workshop;
import io.aitbc.gpu.telemetry.DcgmExporter;
import io.aitbc.gpu.telemetry.GpuSample;
import io.aitbc.gpu.telemetry.Signal;
import io.aitbc.gpu.telemetry.TelemetrySource;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This machine as a miner. */
final class MachineMiner {

    private static final Logger LOG = LoggerFactory.getLogger(MachineMiner.class);
    private static final Duration NVIDIA_SMI_DEADLINE = Duration.ofSeconds(15);
    private static final Duration GLANCE = Duration.ofMillis(100);
    private static final Duration TELEMETRY_DEADLINE = Duration.ofSeconds(8);

    private final AgentOptions options;

    MachineMiner(AgentOptions options) {
        this.options = options;
    }

    int run(DataFolder folder, HubClient hub, Timing timing) throws InterruptedException {
        String host = hostName();
        String id = options.minerId == null ? idFrom(host) : options.minerId;
        String key = Objects.requireNonNull(MinerKeys.in(folder).of(List.of(id)).get(id));
        Hardware hardware = Hardware.detect(new NvidiaSmi(options.nvidiaSmi, NVIDIA_SMI_DEADLINE));
        LOG.info(
                "This is {}: {} cores, {} GiB of memory, {}.",
                id,
                hardware.cpuCores(),
                hardware.ramGb(),
                hardware.gpus().isEmpty()
                        ? "no GPU"
                        : hardware.gpus().size() + " × "
                                + hardware.gpus().get(0).name());
        MachineTelemetry telemetry = telemetry(hardware, timing);
        PowerLimits limits =
                new PowerLimits(options.nvidiaSmi, NVIDIA_SMI_DEADLINE, telemetry == null ? Set::of : telemetry::gpus);
        CommandTemplate template = options.jobCommand == null ? null : new CommandTemplate(options.jobCommand);
        Workshop workshop = new Workshop(
                folder, hub, key, timing, shop -> new Processes(shop, options.dataDir.resolve("jobs"), template));
        OrderDesk orders = new OrderDesk(order ->
                order.type().equals("stop_job") ? workshop.stop(order.jobId(), order.attempt()) : limits.apply(order));
        return Termination.await(
                new Alone(registration(id, key, host, hardware), hub, timing, telemetry, orders, workshop));
    }

    /** The source that was chosen, being read; null when there is none. */
    private @Nullable MachineTelemetry telemetry(Hardware hardware, Timing timing) {
        URI exporter = options.dcgmExporter;
        boolean dcgm = options.telemetry == AgentOptions.Telemetry.dcgm
                || (options.telemetry == AgentOptions.Telemetry.auto && exporter != null);
        boolean smi = options.telemetry == AgentOptions.Telemetry.nvidia_smi
                || (options.telemetry == AgentOptions.Telemetry.auto
                        && !dcgm
                        && !hardware.gpus().isEmpty());
        if (!dcgm && !smi) {
            LOG.info("No GPU telemetry: none was asked for, or no GPU was found.");
            return null;
        }
        if (dcgm && exporter == null) {
            throw new IllegalArgumentException("--telemetry dcgm needs --dcgm-exporter");
        }
        TelemetrySource source = dcgm && exporter != null
                ? new DcgmExporter(exporter, TELEMETRY_DEADLINE, timing.clock())
                : new io.aitbc.gpu.telemetry.NvidiaSmi(options.nvidiaSmi, TELEMETRY_DEADLINE, timing.clock());
        MachineTelemetry telemetry = new MachineTelemetry(source, timing.clock());
        telemetry.start();
        return telemetry;
    }

    Registration registration(String id, String key, String host, Hardware hardware) {
        List<Hardware.Gpu> gpus = hardware.gpus();
        return new Registration(
                id,
                key,
                options.addr == null ? host : options.addr,
                "http",
                gpus.isEmpty() ? null : gpus.get(0).name(),
                // A job may land on any of them, so the smallest is what the miner can promise.
                gpus.stream()
                        .map(Hardware.Gpu::vramGb)
                        .min(Comparator.naturalOrder())
                        .orElse(BigDecimal.ZERO),
                gpus.size(),
                hardware.cpuCores(),
                hardware.ramGb(),
                options.maxParallel == null ? Math.max(1, gpus.size()) : options.maxParallel,
                options.basePrice,
                options.tags,
                options.capabilities,
                options.region);
    }

    static String idFrom(String host) {
        String id = host.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
        return id.isEmpty() ? "miner" : id.substring(0, Math.min(64, id.length()));
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException noName) {
            return "localhost";
        }
    }

    /** One life, told on the console. */
    private static final class Alone implements Ending, Journal {

        private final CompletableFuture<End> ended = new CompletableFuture<>();
        private final Life life;
        private final Timing timing;
        private final Workshop workshop;
        private final Ear ear;
        private boolean leaving;

        Alone(
                Registration miner,
                HubClient hub,
                Timing timing,
                @Nullable MachineTelemetry telemetry,
                OrderDesk orders,
                Workshop workshop) {
            this.timing = timing;
            this.workshop = workshop;
            this.ear = new Ear(hub, miner.apiKey(), timing, () -> leaving, reply -> {
                orders.heard(reply);
                workshop.answered(reply);
            });
            this.life = new Life(
                    miner,
                    hub,
                    () -> Optional.of(heartbeat(telemetry == null ? List.of() : telemetry.samples(), orders, workshop)),
                    reply -> {
                        orders.answered(reply);
                        if (!leaving) {
                            workshop.answered(reply);
                        }
                    },
                    this,
                    timing);
        }

        private static Heartbeat heartbeat(List<GpuSample> samples, OrderDesk orders, Workshop workshop) {
            OptionalDouble utilization = samples.stream()
                    .filter(sample -> sample.has(Signal.UTILIZATION))
                    .mapToDouble(sample -> sample.value(Signal.UTILIZATION))
                    .average();
            return new Heartbeat(
                    "ready",
                    workshop.size(),
                    0,
                    utilization.isPresent() ? utilization.getAsDouble() : null,
                    sum(samples, Signal.MEMORY_USED),
                    sum(samples, Signal.MEMORY_TOTAL),
                    null,
                    samples.stream().map(GpuReport::of).toList(),
                    orders.results(),
                    workshop.known());
        }

        private static @Nullable Long sum(List<GpuSample> samples, Signal signal) {
            return samples.stream().noneMatch(sample -> sample.has(signal))
                    ? null
                    : (long) samples.stream()
                            .filter(sample -> sample.has(signal))
                            .mapToDouble(sample -> sample.value(signal))
                            .sum();
        }

        @Override
        public void begin() {
            timing.after(Duration.ZERO, workshop::resume);
            timing.after(GLANCE, ear::start);
            life.start(Duration.ZERO);
        }

        @Override
        public CompletableFuture<End> ended() {
            return ended;
        }

        @Override
        public CompletableFuture<Void> stop() {
            CompletableFuture<Void> emptied = new CompletableFuture<>();
            timing.after(Duration.ZERO, () -> {
                leaving = true;
                workshop.stopAll();
            });
            whenEmpty(emptied);
            return emptied.thenCompose(none -> life.stop()).thenRun(() -> LOG.info("Stopped."));
        }

        /** Jobs end first, and the hub hears of it, as far as time allows: what it did not hear is kept. */
        private void whenEmpty(CompletableFuture<Void> emptied) {
            timing.after(GLANCE, () -> {
                if (workshop.size() == 0 && workshop.isAllTold()) {
                    emptied.complete(null);
                } else {
                    whenEmpty(emptied);
                }
            });
        }

        @Override
        public void registered(String minerId) {
            LOG.info("Registered as {}; beating.", minerId);
        }

        @Override
        public void away(String minerId, String why) {
            LOG.warn("{}. Trying again, at growing intervals.", why);
        }

        @Override
        public void back(String minerId, Duration away) {
            LOG.info("The hub answers again, after {} s.", away.toSeconds());
        }

        @Override
        public void forgotten(String minerId, String why) {
            LOG.warn("The hub does not know {} ({}). Registering again.", minerId, why);
        }

        @Override
        public void gaveUp(String minerId, GivenUp reason, String detail) {
            ended.complete(new End(reason, minerId, detail));
        }
    }
}

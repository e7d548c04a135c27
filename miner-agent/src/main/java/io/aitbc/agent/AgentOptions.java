package io.aitbc.agent;

import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What any agent is told. */
final class AgentOptions {

    @Option(
            names = "--hub",
            paramLabel = "URL",
            description = "Where the pool hub is, as in http://127.0.0.1:8210 (MINER_AGENT_HUB or POOLHUB_URL).")
    @Nullable
    String hub;

    @Option(
            names = "--token",
            paramLabel = "TOKEN",
            description = "The pool's enrolment token (MINER_AGENT_TOKEN or POOLHUB_ENROLLMENT_TOKEN; the environment "
                    + "is the better place, since others can read a command line).")
    @Nullable
    String token;

    @Option(
            names = "--miner-id",
            paramLabel = "ID",
            description = "This miner's name in the pool (MINER_AGENT_ID; default: the host's name).")
    @Nullable
    String minerId;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = "data/miner-agent",
            description = "Where the miner's own key is kept, readable by its owner only (MINER_AGENT_DATA_DIR, or "
                    + "miner-agent below DATA_DIR; default: data/miner-agent).")
    Path dataDir = Path.of("data/miner-agent");

    @Option(
            names = "--beat-file",
            paramLabel = "FILE",
            description =
                    "Written anew, at most each second, when the hub has taken a heartbeat: its age says whether the "
                            + "agent beats (MINER_AGENT_BEAT_FILE; default: none).")
    @Nullable
    Path beatFile;

    @Option(
            names = "--timeout-seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "How long the hub may take for an answer (MINER_AGENT_TIMEOUT_SECONDS; default: 10).")
    int timeoutSeconds = 10;

    @Option(
            names = "--addr",
            paramLabel = "HOST[:PORT]",
            description = "Where tenants reach this miner (MINER_AGENT_ADDR; default: the host's name).")
    @Nullable
    String addr;

    @Option(
            names = "--region",
            paramLabel = "NAME",
            description = "Where it stands, as in eu-west (MINER_AGENT_REGION).")
    @Nullable
    String region;

    @Option(
            names = "--max-parallel",
            paramLabel = "N",
            description = "How many jobs it takes at a time (MINER_AGENT_MAX_PARALLEL; default: one per GPU).")
    @Nullable
    Integer maxParallel;

    @Option(
            names = "--base-price",
            paramLabel = "AMOUNT",
            defaultValue = "0",
            description = "Its price per GPU hour (MINER_AGENT_BASE_PRICE; default: 0).")
    BigDecimal basePrice = BigDecimal.ZERO;

    @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "A label; may be given several times.")
    Map<String, String> tags = new LinkedHashMap<>();

    @Option(
            names = "--capability",
            paramLabel = "NAME",
            split = ",",
            description = "Something it can do, as in cuda or nvlink; may be given several times.")
    List<String> capabilities = List.of();

    @Option(
            names = "--nvidia-smi",
            paramLabel = "COMMAND",
            defaultValue = "nvidia-smi",
            description = "What to ask for the GPUs (MINER_AGENT_NVIDIA_SMI; default: nvidia-smi on the PATH).")
    String nvidiaSmi = "nvidia-smi";

    @Option(
            names = "--job-command",
            paramLabel = "TEMPLATE",
            description = "How jobs become processes here, as in '{command}' or 'docker run --rm {image} {command}' "
                    + "(MINER_AGENT_JOB_COMMAND; default: none, and jobs are refused).")
    @Nullable
    String jobCommand;

    /** Where GPU telemetry comes from. */
    enum Telemetry {
        auto,
        nvidia_smi,
        dcgm,
        none
    }

    @Option(
            names = "--telemetry",
            paramLabel = "SOURCE",
            defaultValue = "auto",
            description =
                    "Where GPU telemetry comes from: auto (a dcgm-exporter when one is named, else nvidia-smi when it "
                            + "finds a GPU), nvidia_smi, dcgm or none (MINER_AGENT_TELEMETRY; default: auto).")
    Telemetry telemetry = Telemetry.auto;

    @Option(
            names = "--dcgm-exporter",
            paramLabel = "URL",
            description =
                    "A dcgm-exporter beside the GPUs, as in http://127.0.0.1:9400/metrics (MINER_AGENT_DCGM_EXPORTER).")
    @Nullable
    URI dcgmExporter;
}

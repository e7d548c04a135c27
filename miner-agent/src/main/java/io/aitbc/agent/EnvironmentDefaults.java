package io.aitbc.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Options that are not on the command line come from the environment, or from the file of that name in the folder that
 * CREDENTIALS_DIRECTORY names (as systemd and containers hand over secrets); an empty value counts as none.
 */
final class EnvironmentDefaults implements IDefaultValueProvider {

    private static final Map<String, List<String>> NAMES = Map.ofEntries(
            Map.entry("--hub", List.of("MINER_AGENT_HUB", "POOLHUB_URL")),
            Map.entry("--token", List.of("MINER_AGENT_TOKEN", "POOLHUB_ENROLLMENT_TOKEN")),
            Map.entry("--miner-id", List.of("MINER_AGENT_ID")),
            Map.entry("--data-dir", List.of("MINER_AGENT_DATA_DIR")),
            Map.entry("--beat-file", List.of("MINER_AGENT_BEAT_FILE")),
            Map.entry("--timeout-seconds", List.of("MINER_AGENT_TIMEOUT_SECONDS")),
            Map.entry("--addr", List.of("MINER_AGENT_ADDR")),
            Map.entry("--region", List.of("MINER_AGENT_REGION")),
            Map.entry("--max-parallel", List.of("MINER_AGENT_MAX_PARALLEL")),
            Map.entry("--base-price", List.of("MINER_AGENT_BASE_PRICE")),
            Map.entry("--nvidia-smi", List.of("MINER_AGENT_NVIDIA_SMI")),
            Map.entry("--job-command", List.of("MINER_AGENT_JOB_COMMAND")),
            Map.entry("--telemetry", List.of("MINER_AGENT_TELEMETRY")),
            Map.entry("--dcgm-exporter", List.of("MINER_AGENT_DCGM_EXPORTER")),
            Map.entry("--simulate", List.of("MINER_AGENT_SIMULATE")),
            Map.entry("--seed", List.of("MINER_AGENT_SEED")),
            Map.entry("--speed", List.of("MINER_AGENT_SPEED")),
            Map.entry("--coordinator", List.of("COORDINATOR_URL", "COORDINATOR_BILLING_URL")),
            Map.entry("--hub-operator-key", List.of("POOLHUB_OPERATOR_KEY")),
            Map.entry("--coordinator-operator-key", List.of("COORDINATOR_OPERATOR_KEY")));

    private final Map<String, String> environment;

    EnvironmentDefaults(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option)) {
            return null;
        }
        String fromEnvironment = NAMES.getOrDefault(option.longestName(), List.of()).stream()
                .map(this::value)
                .filter(Objects::nonNull)
                .filter(value -> !value.isBlank())
                .findFirst()
                .orElse(null);
        if (fromEnvironment == null && option.longestName().equals("--data-dir")) {
            String shared = environment.get("DATA_DIR");
            return shared == null || shared.isBlank() ? null : shared + "/miner-agent";
        }
        return fromEnvironment;
    }

    private @Nullable String value(String name) {
        String variable = environment.get(name);
        String folder = environment.get("CREDENTIALS_DIRECTORY");
        if (folder == null || folder.isBlank() || (variable != null && !variable.isBlank())) {
            return variable;
        }
        Path file = Path.of(folder, name);
        try {
            return Files.exists(file) ? Files.readString(file).strip() : variable;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }
}

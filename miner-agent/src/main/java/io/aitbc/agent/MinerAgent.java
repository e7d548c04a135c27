package io.aitbc.agent;

import io.aitbc.agent.storage.StorageFailed;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;

/** The program. */
public final class MinerAgent {

    private MinerAgent() {}

    public static void main(String[] arguments) {
        System.exit(
                commandLine(System.getenv(), Clock.tickMillis(ZoneOffset.UTC)).execute(arguments));
    }

    static CommandLine commandLine(Map<String, String> environment, Clock clock) {
        CommandLine line = new CommandLine(new AgentCommand(clock));
        line.setDefaultValueProvider(new EnvironmentDefaults(environment));
        line.setUsageHelpWidth(110);
        line.setParameterExceptionHandler((misuse, arguments) -> {
            PrintWriter err = misuse.getCommandLine().getErr();
            err.println("miner-agent: " + misuse.getMessage());
            err.println("See --help.");
            return ExitCode.USAGE;
        });
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            PrintWriter err = command.getErr();
            err.println("miner-agent: " + failure.getMessage());
            if (failure instanceof StorageFailed) {
                return ExitCode.STORAGE;
            }
            failure.printStackTrace(err);
            return ExitCode.BUG;
        });
        return line;
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = MinerAgent.class.getPackage().getImplementationVersion();
            return new String[] {"miner-agent " + (version == null ? "(not packaged)" : version)};
        }
    }
}

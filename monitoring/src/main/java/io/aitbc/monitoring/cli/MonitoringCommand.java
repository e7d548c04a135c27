package io.aitbc.monitoring.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command line of the monitoring service: {@code docs/monitoring-cli.md}. */
@Command(
        name = "monitoring",
        description = "Benchmark sessions over Prometheus, from the command line.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        scope = ScopeType.INHERIT,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all went well",
            "1:artifacts are not as they were written, or a KPI is outside its threshold",
            "2:wrong usage",
            "3:the service refuses (4xx)",
            "4:the service or Prometheus is away, or failed (5xx), or the run failed",
            "5:files on this machine cannot be read or written",
            "70:a fault of this program"
        },
        subcommands = {
            SessionCreateCommand.class,
            ServiceRegisterCommand.class,
            TargetAddCommand.class,
            StatusCommand.class,
            CollectCommand.class,
            StopCommand.class,
            DeleteCommand.class,
            QueryCommand.class,
            VerifyCommand.class,
            CompareCommand.class
        })
public final class MonitoringCommand {

    private static final String USUAL_URL = "http://localhost:8002";

    private final Surroundings surroundings;

    @Option(
            names = "--url",
            scope = ScopeType.INHERIT,
            paramLabel = "URL",
            description = "Where the service answers (default: MONITORING_URL, else " + USUAL_URL + ").")
    @Nullable
    String url;

    @Option(
            names = "--key",
            scope = ScopeType.INHERIT,
            paramLabel = "KEY",
            description =
                    "The key to it (default: MONITORING_OPERATOR_KEY). Other users of this machine can see it here.")
    @Nullable
    String key;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print JSON, also of failures.")
    boolean isJson;

    @Spec
    CommandSpec spec = CommandSpec.create();

    private MonitoringCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** Whether a program with these arguments is this command line, rather than the service. */
    public static boolean isMeant(String... arguments) {
        if (arguments.length == 0) {
            return false;
        }
        String first = arguments[0];
        return !first.startsWith("-")
                || commandLine(Surroundings.ofThisProcess())
                        .getCommandSpec()
                        .optionsMap()
                        .containsKey(first.replaceFirst("=.*", ""));
    }

    /** Runs a command and gives the exit status. */
    public static int run(String... arguments) {
        return commandLine(Surroundings.ofThisProcess()).execute(arguments);
    }

    static CommandLine commandLine(Surroundings surroundings) {
        CommandLine commandLine = new CommandLine(new MonitoringCommand(surroundings))
                .registerConverter(OffsetDateTime.class, new Time())
                .setExecutionExceptionHandler(MonitoringCommand::tell);
        // What is not understood may be the very option, so it is looked for as it was written.
        return commandLine.setParameterExceptionHandler((wrong, arguments) -> {
            if (!List.of(arguments).contains("--json")) {
                return tell(wrong);
            }
            wrong.getCommandLine()
                    .getErr()
                    .println(Json.text(
                            Failed.usage(String.valueOf(wrong.getMessage())).json()));
            return ExitCode.USAGE;
        });
    }

    /** For picocli, which sets the true one. */
    static MonitoringCommand none() {
        return new MonitoringCommand(Surroundings.ofThisProcess());
    }

    Surroundings surroundings() {
        return surroundings;
    }

    ServiceClient service() {
        // While one is rotated out the service knows several.
        String first =
                setting(key, "MONITORING_OPERATOR_KEY", "").split(",", 2)[0].strip();
        return new ServiceClient(address(), first);
    }

    private URI address() {
        String text = setting(url, "MONITORING_URL", USUAL_URL).replaceFirst("/+$", "");
        try {
            URI uri = new URI(text);
            String scheme = String.valueOf(uri.getScheme());
            if ((scheme.equals("http") || scheme.equals("https"))
                    && uri.getHost() != null
                    && uri.getRawQuery() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        throw new ParameterException(
                spec.commandLine(),
                "--url (or MONITORING_URL) must be a URL such as " + USUAL_URL + ", was '" + text + "'");
    }

    private String setting(@Nullable String given, String variable, String otherwise) {
        if (given != null) {
            return given.strip();
        }
        Map<String, String> environment = surroundings.environment();
        String said = environment.getOrDefault(variable, "").strip();
        return said.isEmpty() ? otherwise : said;
    }

    /** The synopsis, and last what is wrong, where it is seen; without a command, the list of them. */
    private static int tell(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        PrintWriter err = command.getErr();
        if (command.getParent() == null) {
            command.usage(err);
        } else {
            CommandLine.Help help = command.getHelp();
            err.print("Usage: " + help.synopsis("Usage: ".length()));
            err.println("'" + command.getCommandSpec().qualifiedName() + " --help' tells more.");
        }
        err.println();
        err.println(Plain.safe(String.valueOf(wrong.getMessage())));
        CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
        return ExitCode.USAGE;
    }

    private static int tell(Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) {
        MonitoringCommand main =
                (MonitoringCommand) commandLine.getCommandSpec().root().userObject();
        Failed failed = failure instanceof Failed said ? said : Failed.bug(failure);
        if (failed.exitCode() == ExitCode.BUG && !main.isJson) {
            failure.printStackTrace(commandLine.getErr());
            return ExitCode.BUG;
        }
        if (main.isJson) {
            ObjectNode json = failed.json();
            commandLine.getErr().println(Json.text(json));
        } else {
            commandLine.getErr().println(Plain.safe(String.valueOf(failed.getMessage())));
        }
        return failed.exitCode();
    }
}
